/** Catalogues and views that hold the names of everything else; the start of the word counts. */
const CATALOGUES: readonly string[] = [
  'information_schema',
  'sysobjects',
  'syscolumns',
  'sysusers',
  'sysibm',
  'sys.',
  'syscat.',
  'pg_catalog',
  'pg_',
  'sqlite_master',
  'sqlite_schema',
  'mysql.',
  'master..',
  'msysobjects',
  'all_tables',
  'all_users',
  'all_tab_columns',
  'user_tables',
  'dba_users',
  'global_name',
  'v$version',
  'rdb$',
  'v$',
  'gv$',
  'all_objects',
  'all_columns',
  'user_tab_columns',
  'dba_tables',
  'pragma_table_info',
  'sqlite_temp_master',
  'performance_schema',
  'mysql.user',
  'syslogins',
  'sysdatabases',
  'master.',
  'sysmaster:',
  'systables',
  'dual',
];

const CATALOGUE = new RegExp(`^(?:${CATALOGUES.map((start) => start.replace(/[.$]/g, '\\$&')).join('|')})`);

/** Whether a name is that of a catalogue or of something in one. */
export function isCatalogue(name: string | undefined): boolean {
  return name !== undefined && CATALOGUE.test(name);
}
