" Vim compiler file: `mroute check`, so that :make fills the quickfix list
" SPDX-License-Identifier: MIT

if exists('current_compiler')
  finish
endif
let current_compiler = 'mroute'
let s:cpo = &cpo
set cpo&vim

" The configuration that names the rules is the nearest above them; without
" one, the rules are checked by themselves.
let s:dir = escape(expand('%:p:h'), ' ,;*?[]{}\')
let s:conf = findfile('mroute.conf', s:dir . ';')
let s:what = empty(s:conf) ? expand('%:p:h') : fnamemodify(s:conf, ':p')
let &l:makeprg = 'mroute check ' . escape(shellescape(s:what), '%#|')

" FILE:LINE:COL: error MR012: text, the line, a caret, hints.  What no line
" below takes is of no use in the list.
CompilerSet errorformat=
      \%E%f:%l:%c:\ error\ %m,
      \%W%f:%l:%c:\ warning\ %m,
      \%E%f:\ error\ %m,
      \%+C\ \ \ \ \ \ =\ %m,
      \%-C\ %#%\\d%#\ \|\ %.%#,
      \%-G%.%#

unlet s:dir s:conf s:what
let &cpo = s:cpo
unlet s:cpo
