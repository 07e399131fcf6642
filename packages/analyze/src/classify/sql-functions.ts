import { ERROR_FUNCTIONS, SYSTEM_FUNCTIONS, TIME_FUNCTIONS } from './sql-telling-functions.ts';
import { wordSet } from './word-set.ts';

/** Ordinary functions; one alone proves nothing. */
const PLAIN_FUNCTIONS: ReadonlySet<string> = wordSet(`
  abs aes_decrypt aes_encrypt app_name array_agg array_to_string ascii bin bin_to_uuid bit_and
  bit_count bit_length bit_or bitand cast ceil changes char char_length character_length charindex
  checksum chr coalesce col_length col_name compress concat concat_ws connection_id conv convert
  count crc32 crypt_key curdate current_database current_query current_schema current_setting
  current_user database database_to_xml datalength db_id db_name decode difference distinct dump
  encode exists exp export_set field find_in_set first_value floor found_rows from_base64
  gen_random_uuid getdate glob greatest group_concat has_dbaccess has_perms_by_name
  has_table_privilege hashbytes hex host_name if ifnull iif inet6_aton inet_aton inet_client_addr
  inet_server_addr instr interval is_member is_srvrolemember isnull isnumeric json_agg json_array
  json_extract json_length json_object json_query json_value jsonb_agg last_insert_id
  last_insert_rowid lead least left len length like likelihood listagg locate log log2 lower lpad
  ltrim max md5 mid min mod nchar newid now nullif nvl nvl2 object_id object_name oct octet_length
  ora_hash ord original_login overlay parsename patindex pg_backend_pid pg_typeof pi position power
  printf query_to_xml quote quote_ident quote_literal quotename rand random rawtohex regexp_instr
  regexp_like regexp_matches regexp_replace regexp_substr repeat replace replicate reverse right
  round row row_count row_number row_to_json rownum rpad rtrim schema schema_name serverproperty
  session_user sha sha1 sha2 sign soundex split_part sqlite_compileoption_get sqlite_source_id
  sqlite_version sqrt st_longfromgeohash st_pointfromgeohash stragg strcmp string_agg
  string_to_array strpos stuff substr substring substring_index sum suser_name suser_sname
  sys_context sys_guid sysdate system_user table_to_xml to_base64 to_char to_hex to_json to_number
  total_changes translate trim truncate type_name typeof uncompress unhex unicode unnest upper user
  user_id user_name userenv uuid uuid_to_bin values version vsize wm_concat xmlagg xmlelement
  zeroblob
`);

/** Families of functions that grow with every version. */
const FUNCTION_FAMILY = /^(?:st|json|jsonb|xml|regexp|array|pg|sys|dbms|utl|geo|geom|xp|fn|sqlite)_\w/;

/** Whether a dialect of SQL has a function of that name. */
export function isSqlFunction(name: string | undefined): boolean {
  return (
    name !== undefined &&
    (PLAIN_FUNCTIONS.has(name) ||
      TIME_FUNCTIONS.has(name) ||
      ERROR_FUNCTIONS.has(name) ||
      SYSTEM_FUNCTIONS.has(name) ||
      FUNCTION_FAMILY.test(name))
  );
}
