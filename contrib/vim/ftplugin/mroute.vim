" Vim filetype plugin: rules of mroute
" SPDX-License-Identifier: MIT
"
"	:make		checks rules and examples; :cnext goes from mistake to mistake
"	:MrouteFmt	lays the file out as mroute fmt does
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

" No formatprg: mroute fmt takes whole files, gq must do for a comment.
if !exists('*s:fmt')
  function s:fmt() abort
    let before = getline(1, '$')
    let after = systemlist('mroute fmt -', before)
    if v:shell_error
      echohl ErrorMsg | echomsg get(after, 0, 'mroute fmt failed') | echohl None
    elseif after !=# before
      let view = winsaveview()
      call setline(1, after)
      silent! call deletebufline('%', len(after) + 1, '$')
      call winrestview(view)
    endif
  endfunction
endif
command! -buffer -bar MrouteFmt call s:fmt()

nnoremap <buffer> <silent> ]] :<C-U>call search('^\s*\%(route\|phrases\)\s', 'W')<CR>
nnoremap <buffer> <silent> [[ :<C-U>call search('^\s*\%(route\|phrases\)\s', 'bW')<CR>

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< iskeyword<'
      \ . ' define< include< autoindent< expandtab< shiftwidth< softtabstop< makeprg< errorformat<'
      \ . '| silent! delcommand MrouteFmt | silent! nunmap <buffer> ]]| silent! nunmap <buffer> [['
let &cpo = s:cpo
unlet s:cpo
