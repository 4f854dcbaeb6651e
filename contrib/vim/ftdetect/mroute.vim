" Rules and configuration of mroute.  Other programs have files *.rules, too:
" ours say `version 1` before anything else.
" SPDX-License-Identifier: MIT

function! s:says_version(lines) abort
  let said = filter(copy(a:lines), 'v:val !~# ''^\s*\%(#.*\)\=$''')
  return !empty(said) && said[0] =~# '^\%uFEFF\=\s*version\s\+\d\+\s*$'
endfunction

" A new file is ours when it stands among rules of ours.
function! s:stands_among_rules(dir) abort
  if filereadable(a:dir . '/../mroute.conf')
    return 1
  endif
  for file in glob(a:dir . '/*.rules', 1, 1)
    if s:says_version(readfile(file, '', 100))
      return 1
    endif
  endfor
  return 0
endfunction

function! s:detect() abort
  let lines = getline(1, 100)
  if s:says_version(lines) || (lines ==# [''] && s:stands_among_rules(expand('<afile>:p:h')))
    " Vim took it for snort's, whose plugin doesn't say how it is undone.
    unlet! b:did_ftplugin
    set filetype=mroute
  endif
endfunction

autocmd BufNewFile,BufRead *.rules call s:detect()
autocmd BufNewFile,BufRead mroute.conf set filetype=mrouteconf
