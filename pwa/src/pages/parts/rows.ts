/** Rows drawn at a time; a community has some 6,000 diaries a year. */
export const PAGE_ROWS = 30;
