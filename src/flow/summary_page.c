/* SPDX-License-Identifier: MIT */
/*
 * The page: one file that needs nothing else and asks nobody for anything, which
 * its Content-Security-Policy says to the browser as well.  Light and dark as the
 * reader has it, and on paper without backgrounds and with no chart cut in two.
 */
#include "flow/summary.h"

#include "base/markup.h"
#include "flow/chart.h"
#include "flow/summary_html.h"

enum { PAGE_MOST = 1 << 20 };		/* no section begins beyond that */

static const char style[] =
    ":root{color-scheme:light dark;--back:#f4f5f7;--paper:#fff;--ink:#1d232b;--quiet:#5b626b;"
    "--rule:#e3e6ea;--bar:#2474b5;--grey:#868c95;--good:#1a7f5a;--look:#945800;--bad:#b3261e}\n"
    "@media (prefers-color-scheme:dark){:root{--back:#121417;--paper:#1b1e23;--ink:#e8eaed;"
    "--quiet:#a3abb5;--rule:#33383f;--bar:#6db4e3;--grey:#7f858e}}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,"
    "-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;overflow-wrap:anywhere}\n"
    "main{max-width:760px;margin:0 auto;padding:24px 16px 32px}\n"
    "header,section{background:var(--paper);border:1px solid var(--rule);border-radius:10px;"
    "padding:20px 24px;margin:0 0 16px}\n"
    "header{border-top:4px solid var(--tone)}\n"
    ".good{--tone:var(--good)}.look{--tone:var(--look)}.bad{--tone:var(--bad)}\n"
    "h1{font-size:28px;line-height:1.2;margin:0}\n"
    "h2{font-size:20px;line-height:1.3;margin:0 0 12px}\n"
    "h3{font-size:16px;margin:20px 0 4px}\n"
    "p{margin:0 0 8px}\n"
    ".quiet{color:var(--quiet);font-size:14px}\n"
    ".chip{display:inline-block;background:var(--tone);color:#fff;border-radius:4px;"
    "padding:1px 8px;font-size:13px;font-weight:600}\n"
    ".notes{list-style:none;margin:16px 0;padding:0}\n"
    ".notes li{display:flex;gap:10px;align-items:baseline;margin:0 0 8px}\n"
    ".notes .chip{flex:none;min-width:52px;text-align:center}\n"
    ".notes code{display:block;margin-top:2px;user-select:all;-webkit-user-select:all}\n"
    ".figures{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:16px;margin:20px 0 0;"
    "padding:16px 0 0;border-top:1px solid var(--rule)}\n"
    ".figures div{display:flex;flex-direction:column}\n"
    ".figures dt{order:1;font-size:14px;font-weight:600}\n"
    ".figures dd{margin:0}\n"
    ".figures .value{order:0;font-size:34px;line-height:1.2;font-weight:700;"
    "font-variant-numeric:tabular-nums}\n"
    ".figures .long{font-size:24px;line-height:41px}"
    ".figures .more{order:2;font-size:13px;line-height:1.4;color:var(--quiet)}\n"
    ".rest{margin:16px 0 0}\n"
    "table{width:100%;border-collapse:collapse;margin:0 0 8px;font-size:15px}\n"
    "*+table{margin-top:20px}h2+table{margin-top:0}\n"
    "caption{text-align:left;font-weight:600;padding:0 0 4px}\n"
    "th,td{padding:6px 0 6px 16px;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--rule)}\n"
    "th:first-child{padding-left:0}\n"
    "thead th{font-size:13px;font-weight:400;color:var(--quiet)}\n"
    "tbody th{font-weight:400}\n"
    ".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "th p{margin:0}\n"
    "svg.bar{display:block;margin-top:3px}svg.bar rect{fill:var(--bar)}"
    "svg.grey rect{fill:var(--grey)}\n"
    "code,pre{font:14px/1.5 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}\n"
    "pre{background:var(--back);border:1px solid var(--rule);border-radius:6px;margin:4px 0 8px;"
    "padding:8px 12px;white-space:pre-wrap;user-select:all;-webkit-user-select:all}\n"
    "figure{margin:0}figure~.wide,figure~figure~.narrow{margin-top:28px}\n"
    "figure svg{display:block;max-width:100%;height:auto}\n"
    ".narrow{display:none}\n"
    "footer{padding:0 24px}\n"
    "@media (max-width:759px){main{padding:12px 8px}header,section{padding:16px}"
    ".figures{grid-template-columns:repeat(2,minmax(0,1fr))}th,td{padding-left:10px}}\n"
    "@media (max-width:599px){.wide{display:none}.narrow{display:block}"
    ".narrow svg{width:100%;max-width:420px}}\n"
    "@page{margin:15mm}\n"
    "@media print{:root{color-scheme:light;--back:#fff;--paper:#fff;--ink:#000;--quiet:#444;"
    "--rule:#bbb;--bar:#2474b5;--grey:#868c95}body{font-size:10.5pt}"
    "main{max-width:none;padding:0}"
    "header,section{border:0;border-radius:0;padding:0;margin:0 0 18pt;background:none}"
    "header{border-top:4px solid var(--tone);padding-top:10pt}"
    ".chip{background:none;color:var(--tone);border:1px solid var(--tone)}"
    ".figures{grid-template-columns:repeat(4,minmax(0,1fr))}"
    ".wide{display:block}.narrow{display:none}"
    "table{font-size:9.5pt}th,td{padding-top:2.5pt;padding-bottom:2.5pt}h2{font-size:14pt}"
    ".quiet,.figures .more,.figures dt,thead th{font-size:9pt}code,pre{font-size:9pt}"
    "figure{max-width:135mm}figure,tr,pre,.notes li,.figures{break-inside:avoid}"
    "h2,h3,caption,thead,h2+p,h3+p{break-after:avoid}footer{padding:0}}\n";

static void
head(struct html *h)
{
	markup_add(h->out, "<!DOCTYPE html>\n"
	    "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	    "<meta charset=\"utf-8\" />\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; "
	    "base-uri &#39;none&#39;; form-action &#39;none&#39;\" />\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
	    "<meta name=\"color-scheme\" content=\"light dark\" />\n"
	    "<meta name=\"referrer\" content=\"no-referrer\" />\n"
	    "<title>mroute: %s, %s</title>\n<style>\n", html_name(h), html_verdict(h));
	buf_add_str(h->out, style);
	chart_css(h->out);
	buf_add_str(h->out, "</style>\n</head>\n");
}

static void
notes(struct html *h)
{
	buf_add_str(h->out, "<ul class=\"notes\">\n");
	for (size_t i = 0; i < h->s->n_note; i++) {
		const struct summary_note *n = &h->s->note[i];

		markup_add(h->out, "<li class=\"%s\"><b class=\"chip\">%s</b><span>"
		    "<bdi>%.400s</bdi>", html_tone(n->tone)->name, html_tone(n->tone)->word,
		    n->text);
		if (n->todo[0] != '\0')
			html_put(h, HTML_CODE, "%.400s", n->todo);
		buf_add_str(h->out, "</span></li>\n");
	}
	buf_add_str(h->out, "</ul>\n");
}

static void
figures(struct html *h)
{
	struct html_figure f[HTML_FIGURES];

	html_figures(h, f);
	buf_add_str(h->out, "<dl class=\"figures\">\n");
	for (size_t i = 0; i < HTML_FIGURES; i++)
		markup_add(h->out, "<div><dt>%s</dt><dd class=\"value%s\">%s</dd>"
		    "<dd class=\"more\">%s</dd></div>\n", f[i].label,
		    html_is_long(&f[i]) ? " long" : "", f[i].value, f[i].more);
	buf_add_str(h->out, "</dl>\n");
}

void
summary_page(const struct summary *s, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct html h = { .out = out, .arena = arena, .s = s, .dress = html_page_dress };

	head(&h);
	markup_add(out, "<body>\n<main>\n<header class=\"%s\">\n<p><b class=\"chip\">%s</b></p>\n"
	    "<h1>%s</h1>\n<p class=\"quiet\">%s</p>\n", html_tone(s->tone)->name,
	    html_verdict(&h), html_name(&h), html_subtitle(&h));
	notes(&h);
	figures(&h);
	if (html_rest(&h)[0] != '\0')
		markup_add(out, "<p class=\"rest\">%s</p>\n", html_rest(&h));
	buf_add_str(out, "</header>\n");
	html_sections(&h, PAGE_MOST);
	buf_add_str(out, "<footer>\n");
	html_foot(&h);
	buf_add_str(out, "</footer>\n</main>\n</body>\n</html>\n");
}
