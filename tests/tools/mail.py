#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mail.py DIR: is DIR/mail what was put into it, and without a defect?

What went in lies beside it: subject, to (an address a line), text, html, and the images
as CID.png.  Prints what is different; the status is 1 then.
"""
import email
import email.policy
import pathlib
import sys

there = pathlib.Path(sys.argv[1])
raw = (there / "mail").read_bytes()
m = email.message_from_bytes(raw, policy=email.policy.default)
bad = []


def same(what, got, want):
    if got != want:
        bad.append(f"{what}: {got!r} instead of {want!r}")


def read(name):
    return (there / name).read_text(encoding="utf-8")


for part in m.walk():
    same(part.get_content_type(), part.defects, [])
    for name, value in part.items():
        same(name, list(value.defects), [])
    if not part.is_multipart() and part["Content-Transfer-Encoding"] != "7bit":
        same("long lines", [s for s in part.get_payload().splitlines() if len(s) > 76], [])
same("bytes", max(raw) < 128 and b"\r" not in raw, True)
same("long lines", [s for s in raw.split(b"\n") if len(s) > 78], [])
# Where a line is folded, blanks in a row may become one.
same("subject", " ".join(m["Subject"].split()), " ".join(read("subject").split()))
same("to", [a.addr_spec for a in m["To"].addresses], read("to").split())
same("fields", sorted(k for k in m.keys() if m.get_all(k)[1:]), [])

plain, other = m.iter_parts()
html, *images = other.iter_parts() if other.is_multipart() else [other]
if other.is_multipart():
    same("related", other.get_param("type"), "text/html")
same("types", [p.get_content_type() for p in (m, plain, html, *images)],
     ["multipart/alternative", "text/plain", "text/html"] + ["image/png"] * len(images))
same("text", plain.get_content(), read("text"))
same("html", html.get_content(), read("html"))
same("images", sorted(p["Content-ID"].strip("<>") + ".png" for p in images),
     sorted(p.name for p in there.glob("*.png")))
for p in images:
    cid = p["Content-ID"].strip("<>")
    same(cid, p.get_content(), (there / (cid + ".png")).read_bytes())
    same(cid, p.get_content_disposition(), "inline")
    same("cid: in the html", f'"cid:{cid}"' in html.get_content(), True)
print("\n".join(bad))
sys.exit(1 if bad else 0)
