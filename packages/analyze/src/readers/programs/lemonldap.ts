import { failed, type Program, patternProgram } from '../program.ts';

/** LemonLDAP::NG, single sign-on. */
export const lemonldap: Program = patternProgram(
  { service: 'lemonldap-ng', tags: ['LLNG', 'lemonldap-ng'] },
  [
    ['{_:first}[warn] {user} was not found in LDAP directory ({client})', failed('unknown_user')],
    ['[warn] {user} was not found in LDAP directory ({client})', failed('unknown_user')],
    ['[warn] Bad password for {user} ({client})', failed()],
    ['Lemonldap::NG : {user} was not found in LDAP directory ({client})', failed('unknown_user')],
    ['Lemonldap::NG : Bad password for {user} ({client})', failed()],
  ],
);
