/* SPDX-License-Identifier: MIT */
/* Texts as words: which of them could be part of a phrase. */
#include <string.h>

#include "base/utf8.h"
#include "flow/wording_impl.h"
#include "rules/phrase.h"

enum {
	SUBJECT_CUT = 990,		/* from here on it may have been cut, see */
	OPENING_CUT = 290,		/* model/message.h */
	WORD_BYTES = 40,		/* a longer one is no word */
	GREETING_WORDS = 4,		/* "Dear Dr Jane Roe," */
};

/*
 * Words that say nothing about what a mail is for, folded: the small words of
 * the languages that mail comes in, and what politeness asks for.
 */
static const char *const fillers[] = {
	/* English */
	"a about above after again all also always am an and any anyone anything are as at "
	"back be because been before being best between both but by can can't cannot could "
	"currently did do does doing don't done each either else even every everyone feel "
	"few find first for forward free from full further get give go going good got great "
	"had has have having he her here hi hello hey hope him his how however i i'd i'll "
	"i'm i've if in into is it it's its just keep kind kindly know last let let's like "
	"little ll look looking lot love made make making many may maybe me might mine more "
	"most much must my name need needed never new next no not now of off ok on once one "
	"only or other our ours out over own please possible quick quickly re really regards "
	"said same say see seen send sent she should since sincerely so some someone "
	"something soon still such take team than thank thanks that that's the their them "
	"then there these they they're thing things this those through time to today "
	"together tomorrow too two under until up upon us use used using very via want "
	"wanted was way we we'd we'll we're we've week well were what when where which while "
	"who whom whose why will wish with within without work working would wondering write "
	"writing yes yesterday yet you you'd you'll you're you've your yours yourself "
	"sir madam everybody folks guys dear mr mrs ms dr cheers fwd fw "
	"day days weeks month months year years mail email e-mail message reach reaching "
	"contact touch question questions help information info details able ask asking "
	"anybody around ago already across along among another people person company "
	"website site http https www com org net html monday tuesday wednesday thursday "
	"friday saturday sunday once twice three four five six seven eight nine ten times "
	"january february march april june july august september "
	"october november december ",
	/* German */
	"aber alle allem allen aller alles als also am an ans auch auf aus außerdem bei beim "
	"bereits besten bin bis bitte bitten da dabei dafür damit danach danke dann das "
	"dass davon dazu dein dem den denn der deren des dessen die dies diese diesem diesen "
	"dieser dieses doch dort du durch ein eine einem einen einer eines einfach er es "
	"etwas euch euer eure für freue freuen freundliche freundlichen freundlichem frau "
	"ganz gegen geehrte geehrter geehrten gern gerne gibt grüße grüßen gruß guten habe "
	"haben hallo hat hatte hätte hätten herr herrn hier hin ich ihm ihn ihnen ihr ihre "
	"ihrem ihren ihrer im immer in ins ist ja jede jeden jetzt kann kein keine können "
	"könnte könnten liebe lieber liebes machen mal man mehr mein meine meinem meinen "
	"meiner mich mir mit möchte möchten morgen nach nicht noch nun nur ob oder ohne "
	"schon sehr sein seine sich sie sind so sowie tag team über um und uns unser unsere "
	"unserem unseren unserer unter viel viele vielen vom von vor war wäre waren was wegen "
	"weil weiter welche wenn wer werde werden wie wieder wir wird wo wünsche würde würden "
	"zu zum zur zwei zwischen aw wg herzliche herzlichen herzlichem damen herren frage ",
	/* French */
	"à afin ai ainsi alors après au aussi autre aux avec avez avoir avons bien bonjour "
	"bonsoir c'est ce cela ces cet cette ceux chez chère cher comme comment cordialement "
	"dans de des depuis donc du elle en entre est et étais était être eu fait faire ici "
	"il ils j'ai je la le les leur leurs lui ma madame mais me merci mes moi mon monsieur "
	"même n'est ne ni nos notre nous on ont ou où par pas pendant peu peut plus pour "
	"pourquoi pouvez pourriez quand que quel quelle quelques qui s'il sa sans se sera ses "
	"si son sont sous suis sur ta te tes toi ton tous tout toute toutes très tr tu un une "
	"vers veuillez voir vos votre vous salutations ",
	/* Spanish, Italian, Portuguese */
	"al algo algún alguna algunos ante antes aquí así aún bien buen buena buenas buenos "
	"cada como con cual cuando de del desde donde dos él el ella ellos en entre era es esa "
	"ese eso esta está están estamos este esto estos estoy favor fue gracias ha hacer han "
	"hasta hay he hemos hola la las le les lo los me mi mis mucho muy más nada ni no nos "
	"nosotros nuestra nuestro o os otra otro para pero poder por porque pueden puede que "
	"qué quien quiero saludo saludos se sea ser si sí sido sin sobre solo son soy su sus "
	"también tan te tengo tiene todo todos tu un una uno usted ustedes ya yo y "
	"alla alle anche avete avere buongiorno buonasera che chi ci ciao come cordiali da "
	"dal dalla degli dei del della delle di dove e gli grazie hai ho i il in io la le lei "
	"loro ma mi mia mio molto nel nella noi non nostra nostro o per perché più poi posso "
	"può quando quella quello questa questo saluti se sei senza si siamo sono sua suo sul "
	"sulla tra tutti un una uno vi voi vorrei vostra vostro "
	"ao aos as às até bom boa com como da das de do dos e ela ele em entre era essa esse "
	"esta este eu foi há isso isto já mais mas me meu minha muito na nas não nem no nos "
	"nós nossa nosso num o obrigado obrigada olá os ou para pela pelo por prezado prezada "
	"pode que quem são se sem ser seu sua só também tem tenho ter um uma você vocês vos "
	"abraço atenciosamente cumprimentos estimado estimada estimados cara caro ",
	/* Dutch */
	"aan al alle als bent bij dag dan dat de deze die dit door een en er geen goed graag "
	"groet groeten haar heb hebben hebt heeft hen het hij hoe hun ik in is je jij jou "
	"jullie kan kun kunnen maar me met mij mijn moet na naar niet nog nu of om onder ons "
	"onze ook op over te tot u uit uw van veel voor vriendelijke waar was wat we wel "
	"werd wie wij wil willen wordt zal ze zeer zich zij zijn zo zonder zou beste geachte ",
	/* Signs of scripts without blanks */
	"的 了 是 我 我们 你 您 们 和 在 有 不 也 就 都 要 会 请 这 那 吗 呢 与 及 或 之 于 "
	"へ ー 々 御 様 ",
};

/* What a letter begins with, before the name of whom it is to. */
static const char *const greetings[] = {
	"dear", "hi", "hello", "hey", "hallo", "liebe", "lieber", "liebes", "guten",
	"sehr", "bonjour", "bonsoir", "chère", "cher", "hola", "estimado", "estimada",
	"estimados", "ciao", "buongiorno", "olá", "prezado", "prezada", "caro", "cara",
	"beste", "geachte", "good", "morning", "afternoon", "moin", "servus",
};

static guint
slice_hash(gconstpointer p)
{
	const struct slice *s = p;
	uint64_t h = 0xCBF29CE484222325U;

	for (size_t i = 0; i < s->len; i++)
		h = (h ^ (unsigned char)s->ptr[i]) * 0x100000001B3U;
	return (guint)(h ^ h >> 32);
}

static gboolean
slice_same(gconstpointer a, gconstpointer b)
{
	const struct slice *x = a, *y = b;

	return slice_eq(*x, *y);
}

static void
set_add(struct words *w, GHashTable *set, struct slice s)
{
	struct slice *key = arena_alloc(w->arena, sizeof *key);

	if (!utf8_valid(s))
		return;
	*key = text_fold(w->arena, s);
	g_hash_table_add(set, key);
}

void
words_open(struct words *w, struct arena *a, const struct wording_apart *apart)
{
	struct slice word;

	*w = (struct words){
		.arena = a,
		.numbers = g_hash_table_new(slice_hash, slice_same),
		.filler = g_hash_table_new(slice_hash, slice_same),
		.name = g_hash_table_new(slice_hash, slice_same),
	};
	for (size_t i = 0; i < NELEM(fillers); i++) {
		struct slice rest = slice_str(fillers[i]);

		while (slice_next(&rest, ' ', &word))
			if (word.len > 0)
				set_add(w, w->filler, word);
	}
	for (size_t i = 0; i < apart->n_own; i++)
		set_add(w, w->filler, slice_str(apart->own[i]));
	for (size_t i = 0; i < apart->n_name; i++)
		set_add(w, w->name, slice_str(apart->name[i]));
}

void
words_close(struct words *w)
{
	if (w->numbers != NULL)
		g_hash_table_destroy(w->numbers);
	if (w->filler != NULL)
		g_hash_table_destroy(w->filler);
	if (w->name != NULL)
		g_hash_table_destroy(w->name);
	*w = (struct words){ .arena = w->arena };
}

static uint32_t
number_of(struct words *w, struct slice s)
{
	gpointer found = g_hash_table_lookup(w->numbers, &s);
	struct slice *key;

	if (found != NULL)
		return GPOINTER_TO_UINT(found);
	key = arena_alloc(w->arena, sizeof *key);
	*key = s;
	g_hash_table_insert(w->numbers, key,
	    GUINT_TO_POINTER(g_hash_table_size(w->numbers) + 1));
	return g_hash_table_size(w->numbers);
}

static struct word *
push(struct words *w, enum word_kind kind)
{
	w->word = arena_grow(w->arena, w->word, w->n, &w->cap, sizeof *w->word);
	w->word[w->n] = (struct word){ .kind = kind };
	return &w->word[w->n++];
}

/* ---- one field ---- */

struct field {
	struct words *w;
	struct slice s;			/* folded */
	uint32_t text;
	bool in_subject;
};

static void
add_break(struct field *f)
{
	struct word *word = push(f->w, WORD_BREAK);

	word->text = f->text;
	word->in_subject = f->in_subject;
}

/* Hiragana is what Japanese puts between the words that matter. */
static bool
is_particle(uint32_t c)
{
	return c >= 0x3040 && c <= 0x309F;
}

/* The word, or what stands on a side of its ' or -: "roe's", "roe-smith". */
static bool
has_name(const struct words *w, struct slice s)
{
	size_t from = 0;

	if (g_hash_table_contains(w->name, &s))
		return true;
	for (size_t i = 0; i <= s.len; i++) {
		struct slice part = slice_sub(s, from, i);

		if (i < s.len && s.ptr[i] != '\'' && s.ptr[i] != '-')
			continue;
		if (g_hash_table_contains(w->name, &part))
			return true;
		from = i + 1;
	}
	return false;
}

static void
add_word(struct field *f, size_t from, size_t to, bool sign, uint32_t letters)
{
	struct slice s = slice_sub(f->s, from, to);
	enum word_kind kind = sign ? WORD_SIGN : WORD_PLAIN;
	struct word *word;
	size_t taken;

	if (s.len > WORD_BYTES || letters == 0 || has_name(f->w, s)) {
		add_break(f);
		return;
	}
	if (g_hash_table_contains(f->w->filler, &s) ||
	    (sign && is_particle(utf8_next(s, &taken))))
		kind = WORD_FILLER;
	word = push(f->w, kind);
	*word = (struct word){ .kind = kind, .number = number_of(f->w, s),
	    .letters = letters, .from = (uint32_t)from, .to = (uint32_t)to,
	    .text = f->text, .in_subject = f->in_subject };
}

/* Inside of words: don't, follow-up. */
static bool
joins(struct slice s, size_t at, size_t end)
{
	size_t taken;

	return at + 1 < end && (s.ptr[at] == '\'' || s.ptr[at] == '-') &&
	    phrase_is_letter(utf8_next(slice_sub(s, at + 1, end), &taken)) &&
	    !phrase_is_borderless(utf8_next(slice_sub(s, at + 1, end), &taken));
}

/* A word of letters from at; returns its end. */
static size_t
take_word(struct field *f, size_t at, size_t end)
{
	size_t from = at, taken;
	uint32_t letters = 0;

	while (at < end) {
		uint32_t c = utf8_next(slice_sub(f->s, at, end), &taken);

		if (phrase_is_borderless(c) ||
		    (!phrase_is_letter(c) && !joins(f->s, at, end)))
			break;
		letters += g_unichar_isalpha(c) ? 1 : 0;
		at += taken;
	}
	add_word(f, from, at, false, letters);
	return at;
}

static bool
is_address(struct slice s)
{
	return slice_find(s, '@') != SIZE_MAX ||
	    slice_find_slice(s, SLICE_LIT("://")) != SIZE_MAX ||
	    slice_starts(s, "www.");
}

/* What stands between blanks: words, and breaks at everything else. */
static void
take_piece(struct field *f, size_t at, size_t end)
{
	size_t from = at, last_sign = SIZE_MAX, taken;

	if (is_address(slice_sub(f->s, at, end))) {
		add_break(f);
		return;
	}
	while (at < end) {
		uint32_t c = utf8_next(slice_sub(f->s, at, end), &taken);

		if (phrase_is_borderless(c)) {
			/* A blank or a word of another script before it: begin anew. */
			if (last_sign != at)
				add_break(f);
			add_word(f, at, at + taken, true, 1);
			last_sign = at + taken;
			at += taken;
		} else if (phrase_is_letter(c)) {
			if (at != from)
				add_break(f);
			at = take_word(f, at, end);
		} else {
			add_break(f);
			at += taken;
		}
	}
	if (last_sign == end)
		add_break(f);
}

/* Whom a letter greets is no part of what it is about. */
static void
drop_greeting(struct field *f, size_t first)
{
	struct words *w = f->w;
	struct slice s;
	size_t end = first, i;

	if (first == w->n || w->word[first].kind == WORD_BREAK)
		return;
	s = slice_sub(f->s, w->word[first].from, w->word[first].to);
	for (i = 0; i < NELEM(greetings) && !slice_eq_str(s, greetings[i]); i++)
		;
	if (i == NELEM(greetings))
		return;
	while (end < w->n && end - first <= GREETING_WORDS &&
	    w->word[end].kind != WORD_BREAK)
		end++;
	if (end < w->n && w->word[end].kind == WORD_BREAK)
		for (i = first; i < end; i++)
			w->word[i].kind = WORD_BREAK;
}

void
words_add(struct words *w, struct slice field, uint32_t text, bool in_subject)
{
	struct field f = { .w = w, .text = text, .in_subject = in_subject };
	size_t first = w->n, at = 0;

	if (utf8_valid(field))
		f.s = text_fold(w->arena, utf8_cut(field, WORDING_FIELD_BYTES));
	while (at < f.s.len) {
		size_t end = at;

		while (end < f.s.len && !g_ascii_isspace(f.s.ptr[end]))
			end++;
		if (end > at)
			take_piece(&f, at, end);
		at = end + 1;
	}
	if (!in_subject)
		drop_greeting(&f, first);
	/* A field that was cut may end in half a word. */
	if (field.len >= (in_subject ? SUBJECT_CUT : OPENING_CUT) && w->n > first)
		w->word[w->n - 1] = (struct word){ .kind = WORD_BREAK };
	add_break(&f);
}
