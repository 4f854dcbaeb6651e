/* SPDX-License-Identifier: MIT */
#include "flow/chart_impl.h"

/*
 * After Okabe and Ito: blue, orange, green, purple, vermilion, a second blue and
 * yellow, as dark (or light) as a mark on paper must be (3:1) and so far apart in lightness
 * that they differ for people who see no red or no green.  test_chart.c counts both.
 */
static const struct {
	uint32_t light, dark;
} inks[INK_N] = {
	[INK_SERIES] = { 0x868c95, 0x7f858e },
	[INK_SERIES + 1] = { 0x3d8fde, 0x4196fd },
	[INK_SERIES + 2] = { 0xb1811a, 0xd1a04a },
	[INK_SERIES + 3] = { 0x25684d, 0x5fd8c1 },
	[INK_SERIES + 4] = { 0x5e1a50, 0xb457b0 },
	[INK_SERIES + 5] = { 0x8d3908, 0xa8623c },
	[INK_SERIES + 6] = { 0x186997, 0x79bfe6 },
	[INK_SERIES + 7] = { 0x9b9161, 0xe0d98c },

	[INK_SOFT] = { 0xeeeff1, 0x2a2d33 },
	[INK_SOFT + 1] = { 0xe4f0fb, 0x1f3149 },
	[INK_SOFT + 2] = { 0xf6efdf, 0x3a3326 },
	[INK_SOFT + 3] = { 0xe1ece7, 0x233c3c },
	[INK_SOFT + 4] = { 0xefe3ed, 0x372639 },
	[INK_SOFT + 5] = { 0xf5e6df, 0x352a27 },
	[INK_SOFT + 6] = { 0xe0ecf2, 0x26353f },
	[INK_SOFT + 7] = { 0xf3f2ea, 0x3b3a30 },

	[INK_HEAT] = { 0xf3f4f6, 0x24282e },
	[INK_HEAT + 1] = { 0xd9e8f6, 0x1d3a52 },
	[INK_HEAT + 2] = { 0xabcdea, 0x22567f },
	[INK_HEAT + 3] = { 0x74b0de, 0x256ca1 },
	[INK_HEAT + 4] = { 0x2474b5, 0x6db4e3 },
	[INK_HEAT + 5] = { 0x0b4a86, 0xb9e0f8 },

	[INK_ON_HEAT] = { 0x5b626b, 0xa3abb5 },
	[INK_ON_HEAT + 1] = { 0x14202c, 0xffffff },
	[INK_ON_HEAT + 2] = { 0x14202c, 0xffffff },
	[INK_ON_HEAT + 3] = { 0x14202c, 0xffffff },
	[INK_ON_HEAT + 4] = { 0xffffff, 0x0b1620 },
	[INK_ON_HEAT + 5] = { 0xffffff, 0x0b1620 },

	[INK_PAPER] = { 0xffffff, 0x1b1e23 },
	[INK_TEXT] = { 0x1d232b, 0xe8eaed },
	[INK_QUIET] = { 0x5b626b, 0xa3abb5 },
	[INK_GRID] = { 0xe3e6ea, 0x33383f },
	[INK_AXIS] = { 0x868c95, 0x7f858e },
	[INK_BEFORE] = { 0x1d232b, 0xe8eaed },
};

uint32_t
ink_light(enum ink ink)
{
	return inks[ink].light;
}

uint32_t
ink_dark(enum ink ink)
{
	return inks[ink].dark;
}

/* Green counts most and blue least; the middle lies where both texts reach 4.5:1. */
uint32_t
ink_light_above(enum ink ink)
{
	uint32_t c = inks[ink].light;
	uint32_t r = c >> 16, g = c >> 8 & 0xff, b = c & 0xff;

	return 21 * r * r + 72 * g * g + 7 * b * b > 100U * 118 * 118 ? 0x14202c : 0xffffff;
}
