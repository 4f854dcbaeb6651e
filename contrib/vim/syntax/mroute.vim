" Vim syntax file
" Language:	rules of mroute, see mroute.rules(5)
" SPDX-License-Identifier: MIT
"
" The words are those of the manual; tests/bats/vim.bats compares what is
" marked as a mistake here with what `mroute check` says.

if exists('b:current_syntax')
  finish
endif
let s:cpo = &cpo
set cpo&vim

syntax case match
" An example may be long.
syntax sync minlines=500

" What nothing below knows is a mistake.  Of groups that match at one place the
" last one wins, so these come first.
syntax match mrouteError	/^\s*\zs\S\+/
syntax match mrouteWrong	/[^[:blank:],]\+/ contained
syntax match mrouteComment	/^\s*#.*/ contains=@Spell

" ---- statements ----

syntax match mrouteStatement	/^\s*\zsversion\S\@!/ skipwhite nextgroup=mrouteVersion,mrouteWrong
syntax match mrouteStatement	/^\s*\zsphrases\S\@!/ skipwhite nextgroup=mrouteSetName,mrouteWrong
syntax match mrouteStatement	/^\s*\zs\%(route\|otherwise\)\S\@!/ skipwhite nextgroup=mrouteRouteName,mrouteWrong
syntax match mrouteStatement	/^\s*\zs\%(title\|owner\|file\|maildir\)\S\@!/ skipwhite nextgroup=mrouteText
syntax match mrouteStatement	/^\s*\zsforward\S\@!/ skipwhite nextgroup=mrouteWords
syntax match mrouteStatement	/^\s*\zskeep\S\@!/ skipwhite nextgroup=mrouteWrong
syntax match mrouteStatement	/^\s*\zsneeds\S\@!/ skipwhite nextgroup=mrouteNeeds,mrouteWrong
syntax match mrouteStatement	/^\s*\zskeep-originals\S\@!/ skipwhite nextgroup=mrouteTime,mrouteWrong
syntax match mrouteStatement	/^\s*\zsfield\S\@!/ skipwhite nextgroup=mrouteFieldName,mrouteWrong
syntax match mrouteVerdict	/^\s*\zs\%(never\|always\|and\)\S\@!/ skipwhite nextgroup=@mrouteCondition
syntax match mroutePlus	/^\s*\zs+\d\{1,4}\S\@!/ skipwhite nextgroup=@mrouteCondition
syntax match mrouteMinus	/^\s*\zs-\d\{1,4}\S\@!/ skipwhite nextgroup=@mrouteCondition

syntax match mrouteVersion	/1\s*$/ contained
syntax match mrouteRouteName	/[a-z0-9][a-z0-9_-]*\s*$/ contained
syntax match mrouteSetName	/[a-z0-9][a-z0-9_-]*\S\@!/ contained skipwhite nextgroup=mrouteEqual,mrouteWrong
syntax match mrouteEqual	/=\S\@!/ contained skipwhite nextgroup=mroutePhrases
syntax match mrouteFieldName	/[a-z0-9][a-z0-9_-]*\S\@!/ contained skipwhite nextgroup=mrouteTemplate,mrouteType
syntax match mrouteTemplate	/\S.*/ contained contains=mrouteInsert
syntax match mrouteType		/\%(email\|phone\|url\|date\|money\)\%(\s\+{[^{}]*}\s*$\)\@=/ contained skipwhite nextgroup=mrouteInsert
syntax match mrouteInsert	/{[^{}]*}/ contained
syntax match mrouteText	/\S.*/ contained contains=@Spell
syntax match mrouteNeeds	/\%([1-9]\d\{,2}\|1000\)\s*$/ contained
syntax match mrouteNumber	/\d\+\s*$/ contained
syntax match mrouteTime	/\d\+\%(ms\|[smhdw]\)\s*$/ contained

" ---- conditions: [FIELD] PREDICATE VALUE ----

syntax cluster mrouteCondition contains=mrouteWrong,mrouteIsFact,mrouteTextField,mrouteAddressField,mrouteNumberField,mrouteSizeField,mrouteResultField

syntax match mrouteTextField	/\%(subject\|from\|from\.name\|recipient\.tag\|header:[^[:blank:]:]\+\|text\|body\|quoted\|hidden\|links\|attachment\|attachment\.type\|any\|start\|inner\.subject\|inner\.text\)\S\@!/ contained skipwhite nextgroup=mrouteWrong,mrouteHas,mrouteMatches,mrouteIs,mroutePresence
syntax match mrouteAddressField	/\%(from\.address\|from\.domain\|reply-to\|author\|to\|cc\|recipient\|sender\|list-id\|inner\.from\)\S\@!/ contained skipwhite nextgroup=mrouteWrong,mrouteHas,mrouteMatches,mrouteIs,mroutePresence,mrouteIn
syntax match mrouteNumberField	/\%(attachments\|words\)\S\@!/ contained skipwhite nextgroup=mrouteWrong,mrouteCompare,mrouteIs
syntax match mrouteSizeField	/size\S\@!/ contained skipwhite nextgroup=mrouteWrong,mrouteCompareSize,mrouteIs
syntax match mrouteResultField	/\%(spf\|dkim\|dmarc\)\S\@!/ contained skipwhite nextgroup=mrouteWrong,mrouteIsResult

syntax match mrouteHas		/has\S\@!/ contained skipwhite nextgroup=mroutePhrases
syntax match mrouteMatches	/!\=\~\S\@!/ contained skipwhite nextgroup=mroutePattern
syntax match mrouteIs		/is\%(\s\+not\)\=\S\@!/ contained skipwhite nextgroup=mrouteWords
syntax match mrouteIsFact	/is\%(\s\+not\)\=\S\@!/ contained skipwhite nextgroup=mrouteFacts
syntax match mrouteIsResult	/is\%(\s\+not\)\=\S\@!/ contained skipwhite nextgroup=mrouteResults
syntax match mrouteIn		/\%(not\s\+\)\=in\S\@!/ contained skipwhite nextgroup=mrouteList,mrouteWrong
syntax match mroutePresence	/\%(present\|absent\)\S\@!/ contained skipwhite nextgroup=mrouteWrong
syntax match mrouteCompare	/[<>]=\=\S\@!/ contained skipwhite nextgroup=mrouteNumber,mrouteWrong
syntax match mrouteCompareSize	/[<>]=\=\S\@!/ contained skipwhite nextgroup=mrouteSize,mrouteWrong
syntax match mrouteSize	/\d\+[kMG]\=\s*$/ contained
syntax match mrouteList	/lists\/[^[:blank:]\/.][^[:blank:]\/]*\s*$/ contained

" A list goes on behind a comma at the end of a line; comments stand between.
syntax region mroutePhrases	start=/\S\@=/ end=/\%(,\s*\|^\s*#.*\)\@<!$/ contained keepend contains=mrouteComment,mrouteComma,mrouteSet,mrouteStar
syntax region mrouteWords	start=/\S\@=/ end=/\%(,\s*\|^\s*#.*\)\@<!$/ contained keepend contains=mrouteComment,mrouteComma
syntax region mrouteFacts	start=/\S\@=/ end=/\%(,\s*\|^\s*#.*\)\@<!$/ contained keepend contains=mrouteWrong,mrouteComment,mrouteComma,mrouteFact
syntax region mrouteResults	start=/\S\@=/ end=/\%(,\s*\|^\s*#.*\)\@<!$/ contained keepend contains=mrouteWrong,mrouteComment,mrouteComma,mrouteResult
syntax match mrouteComma	/,/ contained
syntax match mrouteSet		/\%(\%(^\|[,=]\|\<has\s\)\s*\)\@<=@[a-z0-9][a-z0-9_-]*\%(\s*\%(,\|$\)\)\@=/ contained
syntax match mrouteStar	/\*/ contained
syntax match mrouteFact	/\%(bounce\|auto-reply\|list\|bulk\|reply\|forward\|calendar\|encrypted\|signed\|spam\|question\|obfuscated\|over-limit\)\%(\s*\%(,\|$\)\)\@=/ contained
syntax match mrouteResult	/\c\%(none\|pass\|fail\|softfail\|neutral\|policy\|temperror\|permerror\|bestguesspass\)\%(\s*\%(,\|$\)\)\@=/ contained

syntax match mroutePattern	/\S.*/ contained contains=mrouteEscape,mrouteCapture
syntax match mrouteEscape	/\\./ contained
syntax match mrouteCapture	/(?P\=<\h\w*>/ contained

" ---- examples ----

" It ends in front of a line that is neither of the message nor about it.
syntax region mrouteExample	start=/^\ze\s*example\S\@!/ end=/\n\%(\s*\%($\|#\||\|[!-9;-~]\+:\|\%(envelope-from\|envelope-to\|expect\|file\)\S\@!\)\)\@!/ fold contains=mrouteExampleWord,mrouteComment,mrouteHeader,mrouteMail,mrouteEnvelope,mrouteExpect
syntax match mrouteExampleWord	/^\s*\zsexample\S\@!/ contained skipwhite nextgroup=mrouteAnswer,mrouteWrong
syntax match mrouteAnswer	/\%(yes\|no\)\S\@!/ contained skipwhite nextgroup=mrouteText
syntax match mrouteHeader	/^\s*\zs[!-9;-~]\+:/ contained nextgroup=mrouteMailText
syntax match mrouteMail	/^\s*\zs|/ contained nextgroup=mrouteMailText
syntax match mrouteMailText	/.*/ contained contains=@Spell
syntax match mrouteEnvelope	/^\s*\zs\%(envelope-from\|envelope-to\|file\)\S\@!/ contained skipwhite nextgroup=mrouteText
syntax match mrouteExpect	/^\s*\zsexpect\S\@!/ contained skipwhite nextgroup=mrouteExpectName,mrouteWrong
syntax match mrouteExpectName	/[a-z0-9][a-z0-9_-]*\ze\s*=/ contained skipwhite nextgroup=mrouteExpectEqual
syntax match mrouteExpectEqual	/=/ contained skipwhite nextgroup=mrouteText

highlight default link mrouteError		Error
highlight default link mrouteWrong		Error
highlight default link mrouteComment		Comment
highlight default link mrouteStatement		Statement
highlight default link mrouteVerdict		Conditional
highlight default link mroutePlus		Number
highlight default link mrouteMinus		Special
highlight default link mrouteVersion		Number
highlight default link mrouteRouteName		Function
highlight default link mrouteSetName		Function
highlight default link mrouteEqual		Delimiter
highlight default link mrouteFieldName		Identifier
highlight default link mrouteType		Type
highlight default link mrouteInsert		Identifier
highlight default link mrouteText		String
highlight default link mrouteNeeds		Number
highlight default link mrouteNumber		Number
highlight default link mrouteSize		Number
highlight default link mrouteTime		Number
highlight default link mrouteTextField		Type
highlight default link mrouteAddressField	Type
highlight default link mrouteNumberField	Type
highlight default link mrouteSizeField		Type
highlight default link mrouteResultField	Type
highlight default link mrouteHas		Operator
highlight default link mrouteMatches		Operator
highlight default link mrouteIs			Operator
highlight default link mrouteIsFact		Operator
highlight default link mrouteIsResult		Operator
highlight default link mrouteIn			Operator
highlight default link mroutePresence		Operator
highlight default link mrouteCompare		Operator
highlight default link mrouteCompareSize	Operator
highlight default link mrouteList		Include
highlight default link mrouteComma		Delimiter
highlight default link mrouteSet		Macro
highlight default link mrouteStar		Special
highlight default link mrouteFact		Constant
highlight default link mrouteResult		Constant
highlight default link mrouteEscape		SpecialChar
highlight default link mrouteCapture		Identifier
highlight default link mrouteExampleWord	Statement
highlight default link mrouteAnswer		Boolean
highlight default link mrouteHeader		PreProc
highlight default link mrouteMail		Delimiter
highlight default link mrouteMailText		String
highlight default link mrouteEnvelope		PreProc
highlight default link mrouteExpect		PreProc
highlight default link mrouteExpectName		Identifier
highlight default link mrouteExpectEqual	Delimiter

let b:current_syntax = 'mroute'
let &cpo = s:cpo
unlet s:cpo
