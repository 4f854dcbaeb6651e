# fish completion for mroute; made by `make completions`.
complete -c mroute -n __fish_use_subcommand -f
complete -c mroute -l config -s c -r -d 'the configuration, instead of looking for one'
complete -c mroute -l color -x -a 'auto always never' -d 'auto: on a terminal, unless NO_COLOR is set'
complete -c mroute -l help -s h -d 'show this'
complete -c mroute -n __fish_use_subcommand -s V -l version -d 'show the version'
complete -c mroute -n __fish_use_subcommand -a check -d 'check configuration, rules and the examples beside them'
complete -c mroute -n '__fish_seen_subcommand_from check' -l json -d 'the result as one JSON object'
complete -c mroute -n __fish_use_subcommand -a init -d 'make an instance: configuration, rules, spool, a Maildir a team'
complete -c mroute -n '__fish_seen_subcommand_from init' -l owner -x -d 'as root: give spool and mail to this user'
complete -c mroute -n '__fish_seen_subcommand_from init' -l spool -r -d 'put spool and mail here instead of in DIR'
complete -c mroute -n __fish_use_subcommand -a help -d 'show what a command does and which options it takes'
