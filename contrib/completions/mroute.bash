# bash completion for mroute; made by `make completions`.
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

_mroute_offer() {
	mapfile -t COMPREPLY < <(compgen "$@" -- "${COMP_WORDS[COMP_CWORD]}")
}

_mroute() {
	local verb='' at=0 i prev=${COMP_WORDS[COMP_CWORD - 1]}
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c | --config | --color) i=$((i + 1)) ;;
		-*) ;;
		*) verb=${COMP_WORDS[i]} at=$i && break ;;
		esac
	done
	compopt -o filenames 2>/dev/null
	case $verb/$prev in
	*/--config | */-c) _mroute_offer -f && return ;;
	*/--color) _mroute_offer -W 'auto always never' && return ;;
	test/--rules | test/-r) _mroute_offer -d && return ;;
	test/--to) return ;;
	test/--from) return ;;
	test/--expect) return ;;
	explain/--rules | explain/-r) _mroute_offer -d && return ;;
	explain/--to) return ;;
	explain/--from) return ;;
	explain/--route) return ;;
	new/--dir) _mroute_offer -d && return ;;
	replay/--rules | replay/-r) return ;;
	replay/--since) return ;;
	replay/--to) return ;;
	replay/--from) return ;;
	log/--search) return ;;
	log/--route) return ;;
	log/--by) return ;;
	log/--state) _mroute_offer -W 'waiting undecided held delivered failed final purged' && return ;;
	log/--sender) return ;;
	log/--domain) return ;;
	log/--recipient) return ;;
	log/--subject) return ;;
	log/--points) return ;;
	log/--field) return ;;
	log/--line) return ;;
	log/--since) return ;;
	log/--until) return ;;
	log/--id) return ;;
	log/--queue-id) return ;;
	log/--limit | log/-n) return ;;
	queue/--to) return ;;
	summary/--week) return ;;
	summary/--month) return ;;
	summary/--since) return ;;
	summary/--until) return ;;
	summary/--html) _mroute_offer -f && return ;;
	summary/--to) return ;;
	stats/--week) return ;;
	stats/--month) return ;;
	stats/--since) return ;;
	stats/--until) return ;;
	stats/--limit | stats/-n) return ;;
	init/--owner) return ;;
	init/--spool) _mroute_offer -f && return ;;
	esac
	case $verb in
	'') _mroute_offer -W 'run test explain check fmt new replay log show queue reroute summary status stats doctor init help --config --color --help --version' ;;
	run)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --once --foreground --debug --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	test)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --rules --to --from --expect --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	explain)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --rules --to --from --route --now --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	check)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --strict --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	fmt)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --diff --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	new)
		[ $((at + 1)) -eq "$COMP_CWORD" ] && _mroute_offer -W 'route' && return
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --dir --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	replay)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --rules --since --recorded --diff --to --from --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	log)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --follow --search --route --by --state --sender --domain --recipient --subject --points --field --line --since --until --id --queue-id --limit --json --csv --no-pager --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	show)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --raw --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	queue)
		[ $((at + 1)) -eq "$COMP_CWORD" ] && _mroute_offer -W 'list retry hold release' && return
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --to --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	reroute)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	summary)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --week --month --since --until --html --json --mail --to --again --due --no-pager --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	status)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	stats)
		[ $((at + 1)) -eq "$COMP_CWORD" ] && _mroute_offer -W 'route by domain line hour day week month delay field trouble event' && return
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --week --month --since --until --all --limit --json --csv --no-pager --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	doctor)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --json --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	init)
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --owner --spool --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	help)
		[ $((at + 1)) -eq "$COMP_CWORD" ] && _mroute_offer -W 'run test explain check fmt new replay log show queue reroute summary status stats doctor init help' && return
		case ${COMP_WORDS[COMP_CWORD]} in
		-*) _mroute_offer -W ' --config --color --help' ;;
		*) _mroute_offer -f ;;
		esac
		;;
	esac
}

complete -F _mroute mroute
