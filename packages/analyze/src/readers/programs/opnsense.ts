import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** OPNsense's web interface. */
export const opnsense: Program = patternProgram({ service: 'opnsense', tags: ['audit', 'lighttpd'] }, [
  ["{_:first}: Web GUI authentication error for '{user}' from {client}", failed()],
  ["{_:first}: Successful login for user '{user}' from: {client}", accepted],
]);
