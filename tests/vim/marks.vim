" For tests/bats/vim.bats: Marks(OUT, FILES) writes a line for each word of each
" file, with the syntax group that its first letter is in: FILE:LINE:COL GROUP WORD.
" SPDX-License-Identifier: MIT

function! Marks(out, files) abort
  let found = []
  for file in a:files
    execute 'edit' fnameescape(file)
    for line in range(1, line('$'))
      let [word, start, end] = matchstrpos(getline(line), '[^[:blank:],]\+')
      while start >= 0
        let group = synIDattr(synID(line, start + 1, 1), 'name')
        call add(found, printf('%s:%d:%d %s %s', file, line, start + 1, group, word))
        let [word, start, end] = matchstrpos(getline(line), '[^[:blank:],]\+', end)
      endwhile
    endfor
  endfor
  call writefile(found, a:out)
endfunction
