/** What a setting that names a file has in common; nothing is named at first. */
export const FILE_NAME: {
  readonly initial: '';
  readonly pattern: RegExp;
  readonly expected: string;
} = { initial: '', pattern: /^\P{Cc}{0,4000}$/u, expected: 'the name of a file' };
