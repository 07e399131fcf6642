import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** The meta-fields of the GraphQL specification, section 4, in a selection set; `__typename` is in every client's query. */
const META_FIELD = /[{\s,]__(?:schema\s{0,8}\{|type\s{0,4}\(\s{0,4}name\b)/;

/** A query for the whole schema of a GraphQL server. */
export const graphqlIntrospection: Classifier = {
  triggers: ['__schema', '__type'],

  classify(view: PayloadView): Signal | undefined {
    const at = view.lower.search(META_FIELD);
    if (at < 0) return undefined;
    return {
      attackType: 'vulnerability_probe',
      indicators: ['graphql_introspection'],
      techniques: ['T1595.002'],
      danger: 35,
      confidence: 82,
      at,
      why: 'the schema of a GraphQL server is asked for',
    };
  },
};
