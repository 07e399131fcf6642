import type { AttackType } from '@aegis/model';
import { ATTACK_TYPES } from '@aegis/model';

/**
 * Sensors' names for attacks, in lower case with `_` between words, and what they are in the model's vocabulary.
 * TANNER's emulators, SNARE and Glastopf first, then CRS tags (`attack-rce`), Zeek's http tags (`URI_SQLI`) and
 * the names people use. The model's own names need no entry.
 */
const NAMES: Readonly<Record<AttackType, readonly string[]>> = Object.freeze({
  sql_injection: ['sqli', 'sql', 'sql_inject', 'sqlinjection', 'uri_sqli', 'cookie_sqli', 'post_sqli'],
  nosql_injection: ['nosqli', 'nosql', 'mongodb_injection'],
  cross_site_scripting: ['xss', 'cross_site_script', 'javascript_injection', 'html_injection'],
  command_execution: [
    'cmd_exec',
    'cmd',
    'cmdi',
    'cmd_injection',
    'command_injection',
    'os_command_injection',
    'rce',
    'remote_code_execution',
    'remote_command_execution',
    'shell_injection',
    'shellshock',
  ],
  local_file_inclusion: ['lfi', 'local_file_include', 'file_inclusion'],
  remote_file_inclusion: ['rfi', 'remote_file_include'],
  path_traversal: ['traversal', 'directory_traversal', 'dir_traversal', 'dot_dot_slash'],
  php_code_injection: ['php_code', 'php_injection', 'injection_php', 'phpi', 'code_injection'],
  php_object_injection: ['php_object', 'php_deserialization', 'object_injection'],
  template_injection: ['ssti', 'server_side_template_injection', 'template'],
  xxe_injection: ['xxe', 'xml_injection', 'xml_external_entity'],
  crlf_injection: ['crlf', 'response_splitting', 'http_response_splitting', 'header_injection'],
  ldap_injection: ['ldap', 'ldapi'],
  ssrf: ['server_side_request_forgery'],
  open_redirect: ['redirect', 'unvalidated_redirect'],
  file_upload: ['upload', 'webshell', 'webshell_upload', 'unrestricted_file_upload'],
  credential_stuffing: ['cred_stuffing', 'password_spraying'],
  brute_force: ['bruteforce', 'bf', 'login_brute_force', 'dictionary_attack'],
  path_enumeration: ['enumeration', 'dir_enum', 'directory_bruteforce', 'forced_browsing', 'fuzzing'],
  vulnerability_probe: ['probe', 'probing', 'vulnerability_scan', 'vuln_scan', 'exploit_probe', 'cve_probe'],
  scanner: ['scan', 'scanning', 'reputation_scanner', 'bot', 'crawler'],
  malware_download: ['malware', 'download', 'dropper'],
  protocol_attack: [
    'protocol',
    'http_request_smuggling',
    'request_smuggling',
    'malformed',
    'malformed_request',
  ],
  'wp-content': ['wp_content', 'wordpress', 'wp'],
  index: ['index_page', 'root', 'none', 'benign', 'normal'],
  unknown: ['unclassified', 'other', 'na', 'n/a'],
});

const TABLE: ReadonlyMap<string, AttackType> = new Map(
  ATTACK_TYPES.flatMap((type) => [type, ...NAMES[type]].map((name) => [name, type] as const)),
);

/** The model's name for a sensor's; `unknown` where the table has none, undefined for an empty name. */
export function attackTypeOf(name: string): AttackType | undefined {
  if (name.length > 256) return 'unknown';
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/^(http::|attack[-_])/, '')
    .replace(/[\s_-]+/g, '_');
  if (plain.length === 0) return undefined;
  return TABLE.get(plain) ?? 'unknown';
}
