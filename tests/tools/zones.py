#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times of many zones as Python's zoneinfo tells them, for test_calendar.c.

split ZONE SECOND Y M D h m s WEEKDAY ISOYEAR ISOWEEK OFFSET
day ZONE Y M D SECOND		the first moment of that day
"""
import datetime
import random
import zoneinfo

random.seed(20261101)
UTC = datetime.timezone.utc
DAY = 86400
FROM, TO = 0, 2524608000  # 1970 to 2050
DUBLIN_TO = 2140041600  # 2037-10-25: see base/zone.h
ODD = """America/Sao_Paulo Asia/Beirut Pacific/Apia America/Havana Australia/Lord_Howe
Asia/Kolkata Asia/Kathmandu Africa/Casablanca Europe/Dublin America/Toronto Asia/Gaza
Antarctica/Troll America/Asuncion Asia/Amman Pacific/Kwajalein America/Nuuk Asia/Tehran
Europe/Berlin America/New_York Pacific/Chatham America/Scoresbysund Asia/Pyongyang""".split()


def local(zone, second):
    return datetime.datetime.fromtimestamp(second, zone)


def split(name, zone, second):
    if name in ("Europe/Dublin", "Eire") and second >= DUBLIN_TO:
        return
    t = local(zone, second)
    iso = t.isocalendar()
    print("split", name, second, t.year, t.month, t.day, t.hour, t.minute, t.second,
          t.weekday(), iso[0], iso[1], int(t.utcoffset().total_seconds()))


def first_moment(zone, date):
    """Minute by minute: slow, and nothing that could be wrong in the same way."""
    naive = datetime.datetime(date.year, date.month, date.day, tzinfo=UTC).timestamp()
    for second in range(int(naive) - 28 * 3600, int(naive) + 28 * 3600, 60):
        if local(zone, second).date() >= date:
            return second
    raise AssertionError((zone, date))


def changes(zone):
    """Days on which the offset is another one at their end."""
    days = range(FROM, TO, DAY)
    offsets = [local(zone, d).utcoffset() for d in days]
    return [local(zone, d).date() for d, a, b in zip(days, offsets, offsets[1:]) if a != b]


there = zoneinfo.available_timezones()
for name in sorted(there):
    zone = zoneinfo.ZoneInfo(name)
    for _ in range(12):
        split(name, zone, random.randrange(FROM, TO))
for name in ODD:
    if name not in there:
        continue
    zone = zoneinfo.ZoneInfo(name)
    for _ in range(100):
        split(name, zone, random.randrange(FROM, 2 * TO))
    dates = [d for d in changes(zone) if name != "Europe/Dublin" or d.year < 2037]
    for date in random.sample(dates, min(len(dates), 8)):
        for date in (date, date + datetime.timedelta(days=1)):
            print("day", name, date.year, date.month, date.day, first_moment(zone, date))
