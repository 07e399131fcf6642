import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** pfSense's web interface. */
export const pfsense: Program = patternProgram({ service: 'pfsense', tags: ['php-fpm', 'php'] }, [
  ["{_:first}: webConfigurator authentication error for user '{user}' from: {client}", failed()],
  ["{_:first}: Successful login for user '{user}' from: {client}{*}", accepted],
]);
