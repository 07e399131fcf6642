import { isCatalogue } from './sql-catalogues.ts';
import type { SqlProof, SqlRule } from './sql-proof.ts';
import { ERROR_FUNCTIONS, SYSTEM_FUNCTIONS, TIME_FUNCTIONS } from './sql-telling-functions.ts';
import type { SqlToken } from './sql-tokens.ts';

/** Calls of functions that wait, that fail loudly or that reach the system. */
export const functions: SqlRule = (s, i) => {
  const name = s.text(i);
  if (name === undefined || s.kind(i) !== 'word') return undefined;
  const base = (points: number, indicator: string, danger: number, why: string): SqlProof => ({
    indicator,
    points,
    danger,
    at: s.at(i),
    why,
  });
  if (
    name === 'waitfor' &&
    (s.text(i + 1) === 'delay' || s.text(i + 1) === 'time') &&
    s.kind(i + 2) === 'string'
  )
    return base(85, 'time_based_blind', 80, 'WAITFOR makes the database wait');
  if (
    name.includes('p_') &&
    /(?:^|\.)(?:xp_(?:cmdshell|dirtree|fileexist|reg\w{1,20}|subdirs|servicecontrol)|sp_(?:oacreate|oamethod|makewebtask|addextendedproc|execute_external_script))$/.test(
      name,
    )
  )
    return {
      ...base(80, 'sql_command_execution', 95, `${name} reaches the system of the database server`),
      system: true,
    };
  if (!s.isFunction(i) || s.kind(i + 2) === ')') return undefined;
  if (TIME_FUNCTIONS.has(name)) {
    // `sleep (band)`
    const apart = (s.tokens[i] as SqlToken).end !== s.at(i + 1);
    if (apart && i === 0 && !s.breakout) return undefined;
    if (s.kind(i + 2) === 'word' && (apart || s.kind(i + 3) === ')')) return undefined;
    const odd = s.kind(i + 2) === 'string' || s.kind(i + 2) === 'operator';
    return base(
      odd && name === 'sleep' ? 40 : 65,
      'time_based_blind',
      80,
      `${name}() makes the database wait`,
    );
  }
  if (ERROR_FUNCTIONS.has(name))
    return base(
      name.length > 4 ? 65 : 35,
      'error_based_sqli',
      80,
      `${name}() brings data into an error message`,
    );
  if (SYSTEM_FUNCTIONS.has(name))
    return {
      ...base(75, 'sql_file_or_network_access', 92, `${name}() reaches beyond the database`),
      system: true,
    };
  if (name === 'convert' && s.text(i + 2) === 'int' && s.kind(i + 3) === ',')
    return base(60, 'error_based_sqli', 80, 'CONVERT(INT, text) brings data into an error message');
  return undefined;
};

/** `CHAR(58)+CHAR(112)`, `chr(113)||chr(122)`: text built so that no quote is needed. */
export const characterChain: SqlRule = (s, i) => {
  const name = s.text(i);
  if ((name !== 'char' && name !== 'chr' && name !== 'nchar') || s.kind(i + 1) !== '(') return undefined;
  if (s.kind(i + 2) !== 'number' || s.kind(i + 3) !== ')') return undefined;
  const joined = s.text(i + 4);
  if (joined !== '+' && joined !== '||' && joined !== '&' && joined !== ',') return undefined;
  if (s.text(i + 5) !== name) return undefined;
  return {
    indicator: 'character_encoding_sqli',
    points: 60,
    danger: 75,
    at: s.at(i),
    why: 'text is built from character codes',
  };
};

const SERVER_VARIABLE =
  /^@@(?:version|hostname|datadir|basedir|servername|servicename|global\.|language|spid|secure_file_priv|tmpdir|plugin_dir|version_compile_os)/;

/** Names of catalogues and server variables, which only a curious query needs. */
export const names: SqlRule = (s, i) => {
  const name = s.text(i);
  if (name === undefined) return undefined;
  if (s.kind(i) === 'variable' && name.startsWith('@@'))
    return {
      indicator: 'schema_discovery',
      points: SERVER_VARIABLE.test(name) ? 55 : 45,
      danger: 60,
      at: s.at(i),
      why: `${name} names a server variable`,
    };
  if (s.kind(i) !== 'word' || !isCatalogue(name)) return undefined;
  return {
    indicator: 'schema_discovery',
    points: name === 'dual' ? 15 : 30,
    danger: 70,
    at: s.at(i),
    why: `${name} lists what the database holds`,
  };
};
