/* SPDX-License-Identifier: MIT */
#include "letter_words.h"

#include "letter.h"

const struct topic topics[] = {
	{ "auto", NULL, 90, 110, "mail-admins@company.example", NULL,
	    { "Automatic reply: %c", "Out of office", "Delivery Status Notification (Delay)",
	    "Your ticket %n was received" }, NULL, { NULL } },
	{ "security", NULL, 6, 6, "security@company.example", NULL,
	    { "Vulnerability in %p", "Security report: open redirect",
	    "Responsible disclosure, %p" }, NULL, { NULL } },
	{ "legal", NULL, 9, 9, "legal@company.example", NULL,
	    { "Request under Art. 15 GDPR", "Data processing agreement with %c",
	    "Use of our trademark %c" }, NULL, { NULL } },
	{ "press", NULL, 70, 90, "press@company.example", NULL,
	    { "Interview request: %p", "Story on developer tools, deadline Friday",
	    "Comment on your %p launch?", "Podcast invitation: %c", "Fact check for a piece" },
	    "outlet", { "Daily Planet", "The Register of Tools", "Byte Courier",
	    "Morning Standup", "Devs and Ops Weekly", "Heise und Gretel", "La Gazette du Code",
	    "Stack Review", "The Compiler", "Kernel Panic FM", "Release Notes",
	    "Merge Conflict", "Berliner Build", "Pull Request Post" } },
	{ "applicant", NULL, 110, 110, "hiring@company.example", NULL,
	    { "Application: backend engineer", "Application for developer advocate",
	    "Job opening in %t?", "Internship, %c", "My CV" },
	    "job", { "backend engineer", "developer advocate", "technical writer",
	    "site reliability engineer", "product designer", "marketing intern",
	    "frontend engineer", "community manager", "sales engineer", "data engineer" } },
	{ "sponsorship", "sponsors", 42, 42, "partners@company.example", NULL,
	    { "Sponsor our meetup in %t", "Sponsorship packages %c", "Gold sponsor for %c Conf?",
	    "Support our open source project" },
	    "budget", { "$2,500", "$5,000", "$1,000", "EUR 3,000", "$10,000", "$7,200",
	    "EUR 500", "$25,000" } },
	{ "event", NULL, 55, 60, "events@company.example", NULL,
	    { "Speaker for our conference in %t", "Call for papers: %c Days",
	    "Your booth in %t", "Workshop at %c" }, NULL, { NULL } },
	{ "partnership", NULL, 48, 60, "partners@company.example", NULL,
	    { "Integration of %p with %c", "Partner program", "Joint webinar, %c" },
	    NULL, { NULL } },
	{ "website-bug", NULL, 62, 90, "web@company.example", NULL,
	    { "Broken link on your %p page", "404 on the pricing page",
	    "Typo in the docs of %p", "Your site does not load in %t" },
	    "page", { "/docs/install", "/pricing", "/blog/2026-roadmap", "/docs/api/tokens",
	    "/careers", "/download", "/docs/quickstart", "/events", "/changelog",
	    "/legal/privacy", "/press" } },
	{ "support", NULL, 120, 140, "support@company.example", NULL,
	    { "%p build fails", "Cannot log in to %p", "How do I reset my token?",
	    "%p on ARM", "Thanks for %p!" }, NULL, { NULL } },
	{ "content", NULL, 30, 30, "content@company.example", NULL,
	    { "Guest article about %p", "Write for your blog", "Tutorial: %p and %c" },
	    NULL, { NULL } },
	{ "lead", NULL, 130, 780, "sales@company.example", "crm-in@company.example",
	    { "Quote for %n seats", "Pricing of %p for %c", "Demo of %p, please",
	    "Licence for %c", "Evaluation of %p" },
	    "seats", { "20", "50", "10", "100", "25", "250", "5", "500", "1,200" } },
	{ "swag", NULL, 22, 30, "swag@company.example", NULL,
	    { "Stickers for our meetup in %t", "T-shirts for %c", "Community kit" },
	    "count", { "50", "100", "30", "200", "25", "80" } },
	{ "newsletter", NULL, 85, 85, "newsletter-pile@company.example", NULL,
	    { "%c weekly, issue %n", "Unsubscribe", "This month at %c" }, NULL, { NULL } },
	{ "vendor", NULL, 150, 150, "vendor-pile@company.example", NULL,
	    { "SEO for %c and you", "Following up: leads list", "Quick question about %p",
	    "Outsourcing in %t" }, NULL, { NULL } },
	{ "spam", NULL, 140, 140, "spam-pile@company.example", NULL,
	    { "Your parcel is waiting", "Confirm your account", "Inheritance of %n million",
	    "You have won" }, NULL, { NULL } },
	{ "triage", NULL, 120, 130, "front-desk@company.example", NULL,
	    { NULL }, NULL, { NULL } },
};
const size_t n_topic = NELEM(topics);

const struct wording wordings[] = {
	{ "flexible office space", { "Flexible office space in %t", "Flexible office space for %c",
	    NULL }, { "Hi, we have flexible office space in %t for teams of %n people.",
	    "Hello, are you looking for flexible office space close to %t?", NULL } },
	{ "master thesis", { "Question for my master thesis", "Master thesis about %p",
	    "Interview, master thesis" }, { "Hello, I am writing my master thesis about "
	    "developer tools in %t and have %n questions.", "Hi, for my master thesis I compare "
	    "%p with others. May I ask you something?", NULL } },
	{ "use your logo", { "May we use your logo?", "Can %c use your logo", NULL },
	    { "Hello, we at %c would like to use your logo in a comparison of %n tools.",
	    "Hi, may we use your logo on our slides in %t?", NULL } },
	{ "lost badge", { "Lost badge in %t", "A lost badge", NULL },
	    { "Hi, we found a lost badge with your name on it at the venue in %t.", NULL } },
	{ "domain renewal", { "Domain renewal notice %n", "Domain renewal for %c", NULL },
	    { "This is the domain renewal notice of %c. Please pay %n.", NULL } },
	{ "carbon footprint", { "Carbon footprint of %p", "Your carbon footprint", NULL },
	    { "Dear team, what is the carbon footprint of %p? We have to report it.",
	    "Hello, %c asks its suppliers for their carbon footprint.", NULL } },
	{ "vendor questionnaire", { "Vendor questionnaire %n", "Vendor questionnaire of %c", NULL },
	    { "Please fill in the vendor questionnaire of %c until Friday.", NULL } },
	{ "charity run", { "Charity run in %t", "Run with us: charity run", NULL },
	    { "Hi, the charity run in %t has room for %n more teams.", NULL } },
	{ "class of students", { "A class of students visits %t", "Visit of a class of students",
	    NULL }, { "Hello, may a class of students visit your office in %t?", NULL } },
	{ "accessibility statement", { "Accessibility statement for %p",
	    "Where is your accessibility statement", NULL },
	    { "Hello, we need an accessibility statement for %p before %c may use it.", NULL } },
};
const size_t n_wording = NELEM(wordings);

#define WORDS(name, ...) \
	const char *const name[] = { __VA_ARGS__ }; \
	const size_t n_##name = NELEM(name)

WORDS(word_first, "acme", "blue", "north", "river", "stone", "bright", "cloud", "iron",
    "paper", "quiet", "rapid", "silver", "tall", "urban", "vivid", "wild", "green", "lucky",
    "deep", "open");
WORDS(word_second, "soft", "works", "forge", "field", "gate", "house", "lane", "media", "net",
    "point", "press", "stack", "tree", "wave", "yard", "bridge", "craft");
WORDS(word_name, "Ann", "Bob", "Cem", "Dora", "Emil", "Fatima", "Goran", "Hana", "Ivan",
    "Jane", "Karl", "Lena", "Mina", "Noor", "Olga", "Pavel", "Quinn", "Rosa", "Sven", "Tomo");
WORDS(word_surname, "Abel", "Brandt", "Costa", "Diaz", "Eriksen", "Fischer", "Grant", "Huber",
    "Ito", "Jansen", "Kowal", "Lopez", "Meyer", "Novak", "Okafor", "Petrova", "Roe", "Singh",
    "Tanaka", "Weber");
WORDS(word_product, "Relay", "Relay CLI", "Buildbox", "Hookline", "Tracewell");
WORDS(word_town, "Berlin", "Lyon", "Porto", "Austin", "Leeds", "Gdansk", "Graz", "Oslo");
WORDS(word_any, "lamp", "garden", "ticket", "window", "umbrella", "invoice", "museum", "piano",
    "harbour", "lunch", "calendar", "parking", "printer", "coffee", "bicycle", "curtain",
    "elevator", "archive", "mirror", "carpet", "ladder", "engine", "fountain", "gallery",
    "hammock", "island", "jacket", "kettle", "lantern", "magnet", "notebook", "orchard",
    "pencil", "quarry", "radio", "saddle", "tunnel", "valley", "whistle", "zipper");
