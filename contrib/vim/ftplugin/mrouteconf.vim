" Vim filetype plugin: configuration of mroute
" SPDX-License-Identifier: MIT

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:cpo = &cpo
set cpo&vim

setlocal comments=:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal iskeyword+=-
setlocal autoindent expandtab shiftwidth=2 softtabstop=2
compiler mroute

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< iskeyword<'
      \ . ' autoindent< expandtab< shiftwidth< softtabstop< makeprg< errorformat<'
let &cpo = s:cpo
unlet s:cpo
