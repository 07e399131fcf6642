import { failed, patternProgram, type Program } from '../program.ts';

/** MySQL and MariaDB. */
export const mysql: Program = patternProgram(
  { service: 'mysql', tags: ['mysqld', 'mariadbd'], ownFile: true },
  [
    ["{_:first}Access denied for user '{user}'@'{client}' (using password: {_:first}){*}", failed()],
  ],
);
