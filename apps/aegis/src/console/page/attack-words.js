/** Names for people, where taking the underscores out is not enough. */
const NAMES = new Map(
  Object.entries({
    sql_injection: 'SQL injection',
    nosql_injection: 'NoSQL injection',
    cross_site_scripting: 'cross-site scripting',
    php_code_injection: 'PHP code injection',
    php_object_injection: 'PHP object injection',
    xxe_injection: 'XXE injection',
    crlf_injection: 'CRLF injection',
    ldap_injection: 'LDAP injection',
    ssrf: 'server-side request forgery',
    'wp-content': 'WordPress content',
    index: 'index page',
  }),
);

/**
 * @param {string} type of the one vocabulary of attack types
 * @returns {string} `SQL injection`
 */
export function attackWords(type) {
  return NAMES.get(type) ?? type.replaceAll('_', ' ');
}
