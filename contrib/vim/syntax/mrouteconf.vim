" Vim syntax file
" Language:	configuration of mroute, see mroute.conf(5)
" SPDX-License-Identifier: MIT

if exists('b:current_syntax')
  finish
endif
let s:cpo = &cpo
set cpo&vim

syntax case match
syntax sync minlines=200

syntax match mrouteconfError	/^\s*\zs\S\+/
syntax match mrouteconfTop	/^\s*\zs\%(hostname\|part\)\S\@!/ skipwhite nextgroup=mrouteconfValue

" Each section, and the keys that may stand in it.
let s:server = 'host port tls auth user password-file password-command token-command ca-file'
let s:sections = {
      \ 'alias': 'rules bounce-address owner margin store staff form observe',
      \ 'team': 'members',
      \ 'smtp': s:server,
      \ 'imap': s:server . ' maildir prefix',
      \ 'spool': 'path keep-originals keep-records max-silence maildir-mode maildir-group',
      \ 'limits': 'message-size headers header-size parts depth body-window'
      \   . ' examine-memory examine-time match-limit connect-timeout'
      \   . ' command-timeout data-timeout retry-first retry-longest lifetime'
      \   . ' min-tries uncertain-wait alarm-interval scan-interval',
      \ 'trust': 'authserv-id',
      \ 'summary': 'to from time-zone people send month-day',
      \ }
let s:any = '\%(' . join(keys(s:sections), '\|') . '\)\S\@!'
for [s:name, s:keys] in items(s:sections)
  execute 'syntax region mrouteconfIn_' . s:name
        \ 'start=/^\ze\s*' . s:name . '\S\@!/'
        \ 'end=/\n\%(\s*' . s:any . '\)\@=/'
        \ 'contains=mrouteconfError,mrouteconfComment,mrouteconfSection,mrouteconfKey_' . s:name
  execute 'syntax match mrouteconfKey_' . s:name
        \ '/^\s*\zs\%(' . substitute(s:keys, ' ', '\\|', 'g') . '\)\S\@!/'
        \ 'contained skipwhite nextgroup=mrouteconfValue'
  execute 'highlight default link mrouteconfKey_' . s:name 'Identifier'
endfor
execute 'syntax match mrouteconfSection /^\s*\zs' . s:any . '/'
      \ 'contained skipwhite nextgroup=mrouteconfName'
unlet s:server s:sections s:any s:name s:keys

syntax match mrouteconfComment	/^\s*#.*/ contains=@Spell
syntax match mrouteconfName	/\S.*/ contained
" A list goes on behind a comma at the end of a line.
syntax region mrouteconfValue	start=/\S\@=/ end=/\%(,\s*\|^\s*#.*\)\@<!$/ contained keepend contains=mrouteconfComment,mrouteconfString,mrouteconfNumber,mrouteconfChoice,mrouteconfMaildir
syntax region mrouteconfString	start=/"/ skip=/\\./ end=/"/ contained oneline
syntax match mrouteconfNumber	/\S\@<!\d\+\%([kMG]\|ms\|[smhdw]\)\=\S\@!/ contained
syntax match mrouteconfChoice	/\S\@<!\%(yes\|no\|none\|starttls\|implicit\|plain\|xoauth2\|full\|domains\|week\|month\)\S\@!/ contained
syntax match mrouteconfMaildir	/maildir:/ contained

highlight default link mrouteconfError		Error
highlight default link mrouteconfTop		Identifier
highlight default link mrouteconfSection	Statement
highlight default link mrouteconfName		Function
highlight default link mrouteconfComment	Comment
highlight default link mrouteconfString		String
highlight default link mrouteconfNumber		Number
highlight default link mrouteconfChoice		Constant
highlight default link mrouteconfMaildir	PreProc

let b:current_syntax = 'mrouteconf'
let &cpo = s:cpo
unlet s:cpo
