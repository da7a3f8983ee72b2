/**
 * What makes a test program the same on each distribution. Ubuntu's gcc defines _FORTIFY_SOURCE, whose checks know malloc better than the programs
 * that misuse it on purpose; its warnings of unused results come with it.
 */
export const sameEverywhere = ['-U_FORTIFY_SOURCE'];
