import { failed, type Program, patternProgram } from '../program.ts';

/** MySQL and MariaDB. */
export const mysql: Program = patternProgram(
  { service: 'mysql', tags: ['mysqld', 'mariadbd'], ownFile: true },
  [["{_:first}Access denied for user '{user}'@'{client}' (using password: {_:first}){*}", failed()]],
);
