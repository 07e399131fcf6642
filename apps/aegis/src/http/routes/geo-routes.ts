import { Result } from '@aegis/model';
import { z } from 'zod';
import { placeOf } from '../../geo/with-place.ts';
import { PlaceDocument, placeDocument } from '../documents/place-document.ts';
import { askedScopeValue } from '../documents/values.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

export const geoRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/geo/{address}',
    id: 'locate',
    tag: 'check',
    summary: 'The country and the autonomous system of an address.',
    description: 'From the files of the `geo` section of the config; `{}` where nothing is known.',
    permission: 'check',
    params: z.strictObject({ address: askedScopeValue('ip') }),
    answers: { 200: { description: 'What is known.', schema: PlaceDocument } },
    handler({ services: { geo } }, { params }) {
      return Result.ok<Reply>({ status: 200, body: placeDocument(placeOf(params.address, geo)) });
    },
  }),
];
