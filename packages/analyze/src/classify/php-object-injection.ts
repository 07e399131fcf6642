import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { type GatedPattern, gatedPatterns } from './gated-patterns.ts';

interface ObjectForm extends GatedPattern {
  readonly indicator: string;
  readonly confidence: number;
  readonly why: string;
}

function form(
  indicator: string,
  literals: readonly string[],
  needle: RegExp,
  why: string,
  confidence = 93,
): ObjectForm {
  return { indicator, literals, needle, why, confidence };
}

/** How each language writes an object down, where reading it back runs code. */
const FORMS: readonly ObjectForm[] = [
  form(
    'php_serialized_object',
    ['o:', 'c:'],
    /(?:^|[;{}\s"'=|])[oc]:\+?\d{1,10}:\\?["']?[a-z_\\][\w\\]{0,128}\\?["']?:\+?\d{1,10}:\{/,
    'a serialized PHP object',
  ),
  form(
    'java_serialized_object',
    ['ro0ab', 'aced0005', '\x00\x05'],
    /^(?:ro0ab[\w+/=]|aced0005)|\xac\xed\0/,
    'a serialized Java object',
  ),
  form(
    'dotnet_serialized_object',
    ['aaeaaad/////', '/wey'],
    /^aaeaaad\/{5}|^\/wey[\w+/=]{16}/,
    'a serialized .NET object',
    85,
  ),
  form(
    'python_pickle',
    [
      'gasv',
      'cos\n',
      'cposix\n',
      'cnt\n',
      'c__builtin__\n',
      'cbuiltins\n',
      'csubprocess\n',
      'cos\\n',
      'cposix\\n',
      'c__builtin__\\n',
      'cbuiltins\\n',
    ],
    /^ga[sw]v[\w+/=]{8}|(?:^|[^\w])c(?:os|posix|nt|__builtin__|builtins|subprocess)(?:\n|\\n)[a-z_]{2,20}(?:\n|\\n)/,
    'a pickled Python object',
    85,
  ),
  form(
    'yaml_object',
    ['!!', '!ruby/', '!php/'],
    /!!(?:python\/|js\/(?:function|regexp|undefined)|(?:com|javax?|org|sun)\.\w)|!(?:ruby\/|php\/object)/,
    'a YAML tag that builds an object',
  ),
  form(
    'json_object',
    ['@type', '$type', '__type', 'py/', 'json_class', '"^o"', '_$$nd_func'],
    /["']@type["']\s{0,4}:\s{0,4}["']\[?l?[a-z]\w{0,40}\.\w{1,60}[.$]|["'](?:\$type|__type)["']\s{0,4}:\s{0,4}["'](?:system|microsoft)\.|["']py\/(?:object|reduce|function|type)|["']json_class["']|["']\^o["']\s{0,4}:|_\$\$nd_func\$\$_/,
    'JSON that names the class to be built',
  ),
  form(
    'json_object',
    [
      '["java',
      '["com.sun',
      '["org.',
      '["ch.qos',
      '["sun.',
      '"com.sun.',
      '"java.lang.',
      "'com.sun.",
      "'java.lang.",
    ],
    /:\s{0,4}["'](?:com\.sun\.\w{2,20}\.\w|java\.lang\.(?:class|runtime|processbuilder|autocloseable)["'])|\["(?:javax?\.\w|com\.sun\.\w|org\.(?:apache|springframework|hibernate)\.|ch\.qos\.|sun\.\w)/,
    'JSON that names the class to be built',
    88,
  ),
  form(
    'xml_object',
    [
      'xmldecoder',
      'class="java',
      "class='java",
      '<dynamic-proxy',
      'jdk.nashorn',
      '<void method',
      'javax.imageio',
      '<java.',
      '<javax.',
      '<com.sun.',
      '<sun.',
      '<linked-hash-set>',
      '<sorted-set>',
      '<tree-map>',
      'serialization=',
      'objectdataprovider',
      'clr-namespace:',
    ],
    /java\.beans\.xmldecoder|<(?:object|void)\s{1,4}class\s{0,2}=\s{0,2}["']javax?\.|<dynamic-proxy>|<jdk\.nashorn|<void\s{1,4}method=|<(?:javax?|com\.sun|sun)\.\w{1,40}[.\w-]{0,80}[\s/>]|<(?:linked-hash-set|sorted-set|tree-map)>|\sserialization\s?=\s?["']custom|<(?:\w{1,12}:)?objectdataprovider\b|clr-namespace:system/,
    'XML that names the class to be built',
  ),
  form(
    'class_loader_access',
    ['classloader'],
    /\bclass\.(?:module\.)?classloader\b|\bclass\[["']?(?:module|classloader)/,
    'the binding of a bean reaches the class loader (CVE-2022-22965)',
  ),
  form(
    'prototype_pollution',
    ['__proto__', 'prototype'],
    /["']__proto__["']\s{0,4}:|__proto__\s{0,2}[[.\]]|["']constructor["']\s{0,4}:\s{0,4}\{\s{0,4}["']prototype|constructor(?:\[|\.)["']?prototype["']?[\].]/,
    'the prototype of all objects is changed',
    85,
  ),
];

/** Ruby's Marshal 4.8, in base64. */
const RUBY_MARSHAL = /^BAh[\w+/-]{5}[\w+/=-]{0,65536}$/;
/** The types of an object, a class, a module and what classes dump themselves; a hash, as sessions are, is none. */
const RUBY_OBJECT_TYPES = 'oUucmCe';

const FIND = gatedPatterns(FORMS);
const POLLUTING_PART = /__proto__[[.\]]|constructor(?:\[|\.)prototype[\].]/;

/** Objects in a serialization format, which the server would build, and writes to the prototype of all objects. */
export const phpObjectInjection: Classifier = {
  triggers: [...FORMS.flatMap((entry) => entry.literals), 'bah'],

  classify(view: PayloadView): Signal | undefined {
    if (POLLUTING_PART.test(view.part))
      return signal('prototype_pollution', 0, 88, `${view.part} writes to the prototype of all objects`);
    if (view.part.includes('classloader'))
      return signal('class_loader_access', 0, 94, `${view.part} reaches the class loader (CVE-2022-22965)`);
    if (isRubyObject(view.text)) return signal('ruby_marshal', 0, 82, 'a marshalled Ruby object');
    const found = FIND(view.lower);
    if (found === undefined) return undefined;
    const { indicator, confidence, why } = found.pattern;
    return signal(indicator, found.at, confidence, why);
  },
};

/** By the first type, and inside an array by that of its first element. */
function isRubyObject(text: string): boolean {
  if (!RUBY_MARSHAL.test(text)) return false;
  const type = Buffer.from(text.slice(0, 12), 'base64').toString('latin1').slice(2);
  return RUBY_OBJECT_TYPES.includes((type.startsWith('[') ? type[2] : type[0]) ?? ' ');
}

function signal(indicator: string, at: number, confidence: number, why: string): Signal {
  return {
    attackType: 'php_object_injection',
    indicators: [indicator],
    techniques: ['T1190', 'T1059'],
    danger: indicator === 'prototype_pollution' ? 75 : 92,
    confidence,
    at,
    why,
  };
}
