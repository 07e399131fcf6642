import { failed, type Program, patternProgram } from '../program.ts';

/** Stirling-PDF. */
export const stirlingPdf: Program = patternProgram({ service: 'stirling-pdf', ownFile: true }, [
  ['{_:first}CustomAuthenticationFailureHandler {_:first}Failed login attempt from IP: [{client}]', failed()],
  ['{_:first}CustomAuthenticationFailureHandler {_:first}Failed login attempt from IP: {client}', failed()],
]);
