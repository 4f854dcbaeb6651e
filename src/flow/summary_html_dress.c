/* SPDX-License-Identifier: MIT */
/*
 * What the parts of a summary look like.  The page has a style sheet
 * (summary_page.c).  Mail is read by programs that drop style sheets, do not
 * inherit fonts into tables or know no more than HTML 4, so each of its parts says
 * it all: font, size, colour; classes are for the dark style alone, which may
 * be dropped.
 */
#include "flow/summary_html.h"

#define SANS	HTML_SANS
#define MONO	"Consolas,Menlo,'Courier New',monospace"
#define INK	"color:#1d232b"
#define QUIET	"color:#5b626b"
#define WRAP	"word-break:break-word;overflow-wrap:anywhere"
#define RULE	"border-bottom:1px solid #e3e6ea"
#define CELL	"padding:6px 0 6px 12px;" RULE ";font:14px/20px " SANS ";" INK

const struct html_dress html_page_dress[HTML_PARTS] = {
	[HTML_SECTION] = { "<section>\n", "</section>\n" },
	[HTML_HEADING] = { "<h2>", "</h2>\n" },
	[HTML_TITLE] = { "<h3>", "</h3>\n" },
	[HTML_TEXT] = { "<p>", "</p>\n" },
	[HTML_QUIET] = { "<p class=\"quiet\">", "</p>\n" },
	[HTML_LINE] = { "<pre>", "</pre>\n" },
	[HTML_TABLE] = { "<table>", "</table>\n" },
	[HTML_CAPTION] = { "<caption>", "</caption>\n" },
	[HTML_HEAD] = { "<th scope=\"col\">", "</th>" },
	[HTML_HEAD_NUMBER] = { "<th scope=\"col\" class=\"n\">", "</th>" },
	[HTML_NAME] = { "<th scope=\"row\">", "</th>" },
	[HTML_CELL] = { "<td>", "</td>" },
	[HTML_NUMBER] = { "<td class=\"n\">", "</td>" },
	[HTML_CODE] = { "<code>", "</code>" },
	[HTML_SMALL] = { "<span class=\"quiet\">", "</span>" },
};

const struct html_dress html_mail_dress[HTML_PARTS] = {
	[HTML_SECTION] = { "<tr><td class=\"c k\" bgcolor=\"#ffffff\" style=\"padding:8px 24px "
	    "16px 24px;background-color:#ffffff;font:14px/20px " SANS ";" INK ";" WRAP "\">\n",
	    "</td></tr>\n" },
	[HTML_HEADING] = { "<h2 class=\"k\" style=\"margin:16px 0 8px 0;font:bold 20px/26px "
	    SANS ";" INK "\">", "</h2>\n" },
	[HTML_TITLE] = { "<h3 class=\"k\" style=\"margin:16px 0 4px 0;font:bold 14px/20px "
	    SANS ";" INK "\">", "</h3>\n" },
	[HTML_TEXT] = { "<p class=\"k\" style=\"margin:0 0 8px 0;font:14px/20px " SANS ";" INK
	    "\">", "</p>\n" },
	[HTML_QUIET] = { "<p class=\"q\" style=\"margin:4px 0 8px 0;font:13px/18px " SANS ";"
	    QUIET "\">", "</p>\n" },
	[HTML_LINE] = { "<pre class=\"l k\" style=\"margin:4px 0 8px 0;padding:8px 12px;"
	    "background-color:#f4f5f7;font:13px/20px " MONO ";" INK ";white-space:pre-wrap;"
	    WRAP ";user-select:all;-webkit-user-select:all\">", "</pre>\n" },
	[HTML_TABLE] = { "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
	    "style=\"width:100%;border-collapse:collapse;margin:0 0 8px 0\">", "</table>\n" },
	[HTML_CAPTION] = { "<p class=\"k\" style=\"margin:16px 0 4px 0;font:bold 14px/20px "
	    SANS ";" INK "\">", "</p>\n" },
	[HTML_HEAD] = { "<th scope=\"col\" align=\"left\" class=\"q r\" style=\"padding:4px 0;"
	    RULE ";font:12px/16px " SANS ";" QUIET "\">", "</th>" },
	[HTML_HEAD_NUMBER] = { "<th scope=\"col\" align=\"right\" class=\"q r\" "
	    "style=\"padding:4px 0 4px 12px;white-space:nowrap;" RULE ";font:12px/16px " SANS ";"
	    QUIET "\">", "</th>" },
	[HTML_NAME] = { "<th scope=\"row\" align=\"left\" valign=\"top\" class=\"k r\" "
	    "style=\"padding:6px 0;" RULE ";font:14px/20px " SANS ";" INK
	    "\">", "</th>" },
	[HTML_CELL] = { "<td valign=\"top\" class=\"k r\" style=\"" CELL "\">",
	    "</td>" },
	[HTML_NUMBER] = { "<td align=\"right\" valign=\"top\" class=\"k r\" style=\"" CELL
	    ";white-space:nowrap\">",
	    "</td>" },
	[HTML_CODE] = { "<code class=\"k\" style=\"font:13px/20px " MONO ";" INK "\">",
	    "</code>" },
	[HTML_SMALL] = { "<span class=\"q\" style=\"font-size:12px;" QUIET "\">", "</span>" },
};
