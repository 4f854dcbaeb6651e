# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: MIT
#
# What net-smtp.bats and net-imap.bats share: `load net_help` after helper.
#
#   make_samples       messages of every kind, as files in the working directory
#   want FILE          what must arrive of one, with LF line ends
#   netsend ARG...     tests/tools/netsend; sets class, text and place

make_samples() {
	printf 'Subject: a\n\nhi\n' >lf
	printf 'Subject: a\r\n\r\nhi\r\n' >crlf
	printf 'Subject: a\r\n\nhi\r\nyou\n' >mixed
	printf 'Subject: a\n\n.\n..\n.a\n\n.\n' >dots
	printf 'Subject: a\n\nFrom me\n>From me\n' >from_further_down
	printf 'Subject: \303\244\n\n\303\266 \377\376\n' >eight_bits
	printf 'Subject: a\n\nno line end' >no_line_end
	printf 'Subject: a\n\n\n\n\n' >empty_lines
	printf 'Subject: a\n' >no_body
	{
		printf 'Subject: a\n\n'
		head -c 999 /dev/zero | tr '\0' x
		printf '\n.'
		head -c 20000 /dev/zero | tr '\0' y
		printf '\n'
	} >long_lines
	printf 'From me Sat Nov 28 18:47:01 2026\nSubject: a\n\nhi\n' >from_line
	printf 'Subject: a\n\nb\0c\n' >nul
	printf 'From: a@b.example\nSubject: bare\n\nb\rc\n' >bare_cr
}

netsend() {
	local line
	while IFS= read -r line; do
		declare -g "${line%%=*}=${line#*=}"
	done < <("$WORK/bin/netsend" "$@")
	echo "# $1 $2: $class $text $place"
}

want() {
	echo 'X-Mroute-Id: 01ABC.1'
	if [ "$1" = from_line ]; then tail -n +2 "$1"; else cat "$1"; fi | sed 's/\r$//'
}
