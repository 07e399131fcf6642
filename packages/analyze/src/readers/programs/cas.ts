import { loginFinding, type Program } from '../program.ts';

/** Apereo CAS's audit trail: `when|CAS|what|ACTION|who|client|server`. Told from the end: a name may hold bars. */
export const cas: Program = {
  service: 'cas',
  ownFile: true,
  read({ text }) {
    if (!text.includes('Slf4jLoggingAuditTrailManager')) return undefined;
    const parts = text.split('|');
    const [action, user = '', client = ''] = parts.slice(-4);
    if (action !== 'AUTHENTICATION_FAILED' && action !== 'AUTHENTICATION_SUCCESS') return undefined;
    const success = action === 'AUTHENTICATION_SUCCESS';
    return loginFinding({
      service: 'cas',
      user,
      client,
      success,
      ...(!success && { failure: 'bad_credentials' }),
    });
  },
};
