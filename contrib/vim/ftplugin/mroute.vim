" Vim filetype plugin: rules of mroute
" SPDX-License-Identifier: MIT
"
"	:make		checks rules and examples; :cnext goes from mistake to mistake
"	]] [[		to the next route or set of phrases, and back
"	[d		shows where the set or route under the cursor is defined
"	zM zR		with :set foldmethod=syntax, closes and opens all examples

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:cpo = &cpo
set cpo&vim

setlocal comments=:#,:\| commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
" Names have a - in them.
setlocal iskeyword+=-
setlocal define=^\s*\%(phrases\|route\)\s include=
setlocal autoindent expandtab shiftwidth=2 softtabstop=2
compiler mroute

nnoremap <buffer> <silent> ]] :<C-U>call search('^\s*\%(route\|phrases\)\s', 'W')<CR>
nnoremap <buffer> <silent> [[ :<C-U>call search('^\s*\%(route\|phrases\)\s', 'bW')<CR>

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< iskeyword<'
      \ . ' define< include< autoindent< expandtab< shiftwidth< softtabstop< makeprg< errorformat<'
      \ . '| silent! nunmap <buffer> ]]| silent! nunmap <buffer> [['
let &cpo = s:cpo
unlet s:cpo
