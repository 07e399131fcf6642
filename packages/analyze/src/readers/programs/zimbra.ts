import { failed, type Program, patternProgram } from '../program.ts';

/** Zimbra. */
export const zimbra: Program = patternProgram({ service: 'zimbra', ownFile: true }, [
  [
    '{_:first}[{_:first}] [oip={client};{_:first}] SoapEngine - handler exception: authentication failed for [{user}], account not found',
    failed('unknown_user'),
  ],
  [
    '{_:first}[{_:first}] [name={_:first};oip={client};{_:first}] SoapEngine - handler exception: authentication failed for [{user}], {*}',
    failed(),
  ],
  [
    '{_:first}[{_:first}] [oip={client};{_:first}] SoapEngine - handler exception: authentication failed for [{user}], {*}',
    failed(),
  ],
]);
