/**
 * Findings about the user's content. A code is public API: renaming one is a breaking change.
 */

/** Half-open range in a source file. Lines and columns count from 1, in UTF-16 units. */
export interface SourceRange {
  readonly file: string;
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

export interface SourcePosition {
  readonly line: number;
  readonly col: number;
}

export type DiagnosticSeverity = 'error' | 'warning' | 'info';

/** Every code ever emitted, with its page in docs/lints. */
export const CODES = {
  'file/unreadable': { severity: 'error', summary: 'The file cannot be read.' },
  'file/too-large': { severity: 'error', summary: 'The file is larger than 1 MiB.' },
  'file/too-many': { severity: 'error', summary: 'The folders hold more files than one workspace may have.' },
  'file/outside-root': {
    severity: 'error',
    summary: 'The file or folder is a link to a place outside the content.',
  },
  'file/not-a-file': { severity: 'error', summary: 'The entry is neither a file nor a folder.' },
  'file/hard-link': { severity: 'warning', summary: 'The file has another name outside the content.' },
  'file/wrong-case': {
    severity: 'error',
    summary: 'A file or folder is not read because its name is written in capitals.',
  },
  'file/not-read': {
    severity: 'warning',
    summary: 'A file of rules/ is not read, because it stands in the folder of no kind.',
  },
  'file/more-problems': { severity: 'info', summary: 'The file has more problems than are shown.' },
  'file/no-content': { severity: 'error', summary: 'No content was found.' },
  'file/no-config': { severity: 'error', summary: 'There is no signalwright.yaml.' },
  'file/name-differs': { severity: 'warning', summary: 'The file is not named after the id of its object.' },
  'file/wrong-folder': { severity: 'warning', summary: 'The file stands in the folder of another kind.' },
  'text/not-utf8': { severity: 'error', summary: 'The file is not UTF-8.' },
  'text/byte-order-mark': { severity: 'error', summary: 'The file starts with a byte order mark.' },
  'text/control-character': { severity: 'error', summary: 'The text holds a control character.' },
  'text/bidi-character': {
    severity: 'error',
    summary: 'The text holds a character that changes the direction of writing.',
  },
  'text/invisible-character': { severity: 'error', summary: 'The text holds a character that nobody sees.' },
  'text/lone-surrogate': { severity: 'error', summary: 'The text holds half of a surrogate pair.' },
  'text/mixed-script': { severity: 'error', summary: 'A key or query mixes letters of two scripts.' },
  'text/look-alike': {
    severity: 'warning',
    summary: 'A key or query holds a character that looks like another one.',
  },
  'text/off-screen': {
    severity: 'error',
    summary: 'Text stands so far to the right that no screen shows it.',
  },
  'text/mixed-line-breaks': { severity: 'warning', summary: 'The lines of a file end in two ways.' },
  'text/escaped-character': {
    severity: 'warning',
    summary: 'An escape makes a character that nobody sees.',
  },
  'yaml/syntax': { severity: 'error', summary: 'The file is not valid YAML.' },
  'yaml/empty': { severity: 'error', summary: 'The file is empty.' },
  'yaml/not-a-map': { severity: 'error', summary: 'The file is not a map of keys and values.' },
  'yaml/needs-quotes': {
    severity: 'error',
    summary: 'A text that YAML reads as something else must be quoted.',
  },
  'yaml/comma-cuts-text': {
    severity: 'error',
    summary: 'A plain text in brackets is cut off by a comma.',
  },
  'yaml/comment-cuts-query': {
    severity: 'error',
    summary: 'A plain query is cut off by what YAML takes for a comment.',
  },
  'yaml/comment-in-query': {
    severity: 'error',
    summary: 'What looks like a comment is part of a query.',
  },
  'yaml/blank-end': {
    severity: 'error',
    summary: 'A block ends in blanks that not all readers of YAML take for a part of it.',
  },
  'yaml/number-form': {
    severity: 'error',
    summary: 'A number is written in a way that would be lost.',
  },
  'yaml/too-deep': { severity: 'error', summary: 'The file nests too deep.' },
  'yaml/too-many-nodes': { severity: 'error', summary: 'The file has too many values.' },
  'yaml/anchor': { severity: 'error', summary: 'Anchors are not allowed.' },
  'yaml/alias': { severity: 'error', summary: 'Aliases are not allowed.' },
  'yaml/merge-key': { severity: 'error', summary: 'Merge keys are not allowed.' },
  'yaml/tag': { severity: 'error', summary: 'Tags are not allowed.' },
  'yaml/directive': { severity: 'error', summary: 'Directives are not allowed.' },
  'yaml/several-documents': { severity: 'error', summary: 'The file holds more than one document.' },
  'yaml/duplicate-key': { severity: 'error', summary: 'A key is written twice in one map.' },
  'yaml/key-not-text': { severity: 'error', summary: 'A key is not text.' },
  'yaml/unsafe-key': { severity: 'error', summary: 'A key reaches the prototype of JavaScript objects.' },
  'yaml/leading-zero': { severity: 'error', summary: 'A number starts with zero and would lose it.' },
  'yaml/inexact-number': { severity: 'error', summary: 'A number cannot be kept exactly.' },
  'schema/unknown-key': { severity: 'error', summary: 'A key is not known here.' },
  'schema/missing-key': { severity: 'error', summary: 'A required key is missing.' },
  'schema/no-value': { severity: 'error', summary: 'A key has no value.' },
  'schema/wrong-type': { severity: 'error', summary: 'A value has the wrong type.' },
  'schema/not-allowed': { severity: 'error', summary: 'A value is not one of those allowed.' },
  'schema/bad-format': { severity: 'error', summary: 'A text does not have the form it must have.' },
  'schema/out-of-range': { severity: 'error', summary: 'A number is too small or too large.' },
  'schema/bad-length': { severity: 'error', summary: 'A text is empty or too long.' },
  'schema/wrong-count': { severity: 'error', summary: 'A list or map has too few or too many entries.' },
  'schema/duplicate-item': { severity: 'error', summary: 'A list holds an item twice.' },
  'schema/exclusive-keys': { severity: 'error', summary: 'Two keys cannot stand together.' },
  'schema/no-form': { severity: 'error', summary: 'A value has none of the forms it may have.' },
  'schema/unknown-fields': {
    severity: 'warning',
    summary: 'The object carries fields that this version does not understand.',
  },
  'schema/misplaced-field': { severity: 'error', summary: 'A path of unknownFields leads nowhere.' },
  'schema/not-yet': { severity: 'error', summary: 'This version does not know the feature yet.' },
  'query/attribute-without-value': { severity: 'error', summary: 'An attribute stands without a value.' },
  'query/comparison-without-key': {
    severity: 'error',
    summary: 'A comparison or range stands without the attribute it compares.',
  },
  'query/empty-group': { severity: 'error', summary: 'A pair of parentheses holds nothing.' },
  'query/empty-key': { severity: 'error', summary: 'A key is empty.' },
  'query/invalid-cidr': { severity: 'error', summary: 'A CIDR block is not a valid IPv4 or IPv6 block.' },
  'query/invalid-cidr-call': {
    severity: 'error',
    summary: 'CIDR(...) takes one attribute and at least one block.',
  },
  'query/invalid-character': {
    severity: 'error',
    summary: 'The query holds a character that no query can hold.',
  },
  'query/invalid-range': { severity: 'error', summary: 'A range is not of the form [low TO high].' },
  'query/missing-operand': { severity: 'error', summary: 'An operator has nothing to work on.' },
  'query/missing-value': { severity: 'error', summary: 'A key has no value.' },
  'query/mixed-brackets': {
    severity: 'error',
    summary: 'A range opens with one kind of bracket and closes with the other.',
  },
  'query/not-comparable': { severity: 'error', summary: 'This field cannot be compared or ranged over.' },
  'query/number-too-large': { severity: 'error', summary: 'A number is too large to compare with.' },
  'query/path-too-long': { severity: 'error', summary: 'An attribute path has too many parts.' },
  'query/pattern-too-long': { severity: 'error', summary: 'A value with wildcards is too long.' },
  'query/quoted-key': { severity: 'error', summary: 'A key stands in quotes.' },
  'query/text-after-value': {
    severity: 'error',
    summary: 'Text follows a closing quote or bracket without a space.',
  },
  'query/too-deep': { severity: 'error', summary: 'Parentheses are nested too deep.' },
  'query/too-long': { severity: 'error', summary: 'The query is too long.' },
  'query/too-many-terms': { severity: 'error', summary: 'The query has too many terms.' },
  'query/unbalanced-parenthesis': { severity: 'error', summary: 'A parenthesis has no partner.' },
  'query/unescaped-character': {
    severity: 'error',
    summary: 'A special character must be escaped or quoted.',
  },
  'query/unsupported-operator': { severity: 'error', summary: 'This operator is not part of the language.' },
  'query/unterminated-quote': { severity: 'error', summary: 'A quoted phrase is not closed.' },
  'query/wildcard-in-key': { severity: 'error', summary: 'A key holds a wildcard.' },
  'query/bound-not-a-number': {
    severity: 'warning',
    summary: 'A bound is compared as text, because it is not a number.',
  },
  'query/calculated-field': {
    severity: 'warning',
    summary: 'A calculated field has no value here, so nothing matches it.',
  },
  'query/cidr-host-bits': { severity: 'warning', summary: 'A CIDR block has bits set outside its prefix.' },
  'query/empty-range': { severity: 'warning', summary: 'A range holds no value.' },
  'query/key-in-group': { severity: 'warning', summary: 'A key stands inside the group of another key.' },
  'query/lower-case-operator': {
    severity: 'warning',
    summary: 'A lower-case operator is a word to search for.',
  },
  'query/mixed-operators': { severity: 'warning', summary: 'AND and OR are mixed without parentheses.' },
  'query/no-searchable-word': {
    severity: 'warning',
    summary: 'Free text without a letter or digit finds nothing.',
  },
  'query/typographic-quotes': {
    severity: 'warning',
    summary: 'Typographic quotes are read as straight ones.',
  },
  'query/unescaped-special': {
    severity: 'warning',
    summary: 'A special character is read as itself, though the documentation wants it escaped.',
  },
  'query/wildcard-in-quotes': {
    severity: 'warning',
    summary: 'A wildcard inside quotes is an ordinary character.',
  },
  'condition/empty-condition': { severity: 'error', summary: 'The condition is empty.' },
  'condition/label-not-on-the-left': {
    severity: 'error',
    summary: 'The label of a query stands right of the operator.',
  },
  'condition/missing-comparison': { severity: 'error', summary: 'A label is not compared with anything.' },
  'condition/missing-number': {
    severity: 'error',
    summary: 'A label is compared with something other than a number.',
  },
  'condition/missing-operand': { severity: 'error', summary: 'An operator has nothing to work on.' },
  'condition/then-condition': {
    severity: 'warning',
    summary: 'A condition on the order of two queries is not understood here.',
  },
  'condition/too-deep': { severity: 'error', summary: 'Parentheses are nested too deep.' },
  'condition/too-long': { severity: 'error', summary: 'The condition is too long.' },
  'condition/too-many-terms': { severity: 'error', summary: 'The condition has too many comparisons.' },
  'condition/unbalanced-parenthesis': { severity: 'error', summary: 'A parenthesis has no partner.' },
  'condition/unexpected-text': {
    severity: 'error',
    summary: 'Something stands where no part of a condition can stand.',
  },
  'condition/unsupported-operator': {
    severity: 'error',
    summary: 'This operator is not part of a condition.',
  },
  'condition/unknown-label': { severity: 'error', summary: 'A condition names a query that does not exist.' },
  'template/too-long': { severity: 'error', summary: 'The template is too long.' },
  'template/too-deep': { severity: 'error', summary: 'Blocks of the template nest too deep.' },
  'template/too-many-tags': { severity: 'error', summary: 'The template has too many tags.' },
  'template/character': {
    severity: 'error',
    summary: 'The template holds a character that it may not hold.',
  },
  'template/syntax': { severity: 'error', summary: 'The template is not valid.' },
  'template/unclosed-block': { severity: 'error', summary: 'A block of the template is not closed.' },
  'template/unescaped-output': {
    severity: 'error',
    summary: 'The template prints a value without escaping it.',
  },
  'template/partial': { severity: 'error', summary: 'Partials are not part of the language.' },
  'template/decorator': { severity: 'error', summary: 'Decorators are not part of the language.' },
  'template/sub-expression': { severity: 'error', summary: 'Sub-expressions are not part of the language.' },
  'template/unknown-helper': {
    severity: 'error',
    summary: 'The template calls a helper that does not exist.',
  },
  'template/bad-arguments': { severity: 'error', summary: 'A helper has the wrong arguments.' },
  'template/bad-path': { severity: 'error', summary: 'A tag holds neither a variable nor an attribute.' },
  'template/bad-arithmetic': { severity: 'error', summary: 'An arithmetic expression cannot be read.' },
  'template/unknown-time-zone': { severity: 'error', summary: 'A time zone does not exist.' },
  'template/unknown-query': {
    severity: 'error',
    summary: 'The template counts the events of a query that does not exist.',
  },
  'template/doubled-at': { severity: 'warning', summary: 'An attribute is written with two @.' },
  'expression/too-long': { severity: 'error', summary: 'The text with expressions is too long.' },
  'expression/too-many-parts': { severity: 'error', summary: 'The text has too many expressions.' },
  'expression/unclosed': { severity: 'error', summary: 'An expression is not closed.' },
  'expression/bad-path': { severity: 'error', summary: 'An expression is not a path.' },
  'expression/javascript': { severity: 'error', summary: 'Inline JavaScript is not evaluated.' },
  'search/unknown-field': {
    severity: 'warning',
    summary: 'A query asks for a field that what it searches does not have.',
  },
  'search/unknown-value': {
    severity: 'warning',
    summary: 'A query asks for a value that a field never has.',
  },
  'link/duplicate-id': { severity: 'error', summary: 'Two objects of a kind have one id.' },
  'link/imported-twice': { severity: 'error', summary: 'Two files say that they came from one object.' },
  'link/unknown-rule': { severity: 'error', summary: 'A reference names a rule that does not exist.' },
  'link/unknown-workflow': { severity: 'error', summary: 'A target names a workflow that does not exist.' },
  'link/duplicate-handle': { severity: 'error', summary: 'Two workflows have one handle.' },
  'link/workflow-not-started': {
    severity: 'error',
    summary: 'A target is a workflow that a signal cannot start.',
  },
  'link/unknown-input': { severity: 'error', summary: 'An input is given that the workflow does not have.' },
  'link/missing-input': { severity: 'error', summary: 'An input without a default is not given.' },
  'link/wrong-input-type': { severity: 'error', summary: 'An input is given with the wrong type.' },
  'link/handle-not-allowed': {
    severity: 'error',
    summary: 'A handle is not among those that the project allows.',
  },
  'link/handle-without-at': { severity: 'warning', summary: 'Somebody is to be told by what is no handle.' },
  'rule/long-name': { severity: 'warning', summary: 'The name of a rule is too long to read.' },
  'rule/odd-tag': { severity: 'warning', summary: 'A tag holds characters that tags do not have.' },
  'tuning/no-body': { severity: 'error', summary: 'The body of a tuned rule is not pinned beside it.' },
  'tuning/orphan-body': { severity: 'warning', summary: 'A pinned body belongs to no tuned rule.' },
  'tuning/tuned-twice': { severity: 'error', summary: 'Two files tune the same rule.' },
  'tuning/unknown-case': {
    severity: 'error',
    summary: 'A case is changed that the tuned rule does not have.',
  },
  'tuning/unknown-query': {
    severity: 'error',
    summary: 'A query is extended that the tuned rule does not have.',
  },
  'rule/misplaced-key': { severity: 'error', summary: 'A key belongs to rules of another type or method.' },
  'rule/idle-key': { severity: 'warning', summary: 'A key has no effect in a rule of this type or method.' },
  'rule/wrong-aggregation': {
    severity: 'error',
    summary: 'A query counts in a way that its method does not know.',
  },
  'rule/not-creatable': { severity: 'warning', summary: 'The API cannot create rules of this type.' },
  'rule/option-out-of-range': { severity: 'error', summary: 'An option of a method is out of range.' },
  'rule/unusual-option': {
    severity: 'warning',
    summary: 'An option of a method has a value that Datadog does not name.',
  },
  'rule/travel-without-user': {
    severity: 'warning',
    summary: 'Impossible travel does not tell users apart.',
  },
  'rule/unknown-step': { severity: 'error', summary: 'A transition names a step that does not exist.' },
  'rule/sequence-not-a-line': { severity: 'error', summary: 'The steps of a sequence are not one line.' },
  'rule/sequence-too-long': { severity: 'error', summary: 'A sequence may last longer than a day.' },
  'rule/unknown-group': {
    severity: 'error',
    summary: 'Signals are grouped by what no query is grouped by.',
  },
  'rule/unknown-query': {
    severity: 'error',
    summary: 'A reference table names a query that does not exist.',
  },
  'rule/correlates-itself': { severity: 'error', summary: 'A correlation rule counts its own signals.' },
  'rule/no-policy': { severity: 'warning', summary: 'A configuration rule has no policy.' },
  'rule/resource-type-not-read': {
    severity: 'warning',
    summary: 'The policy does not read the resource type of its rule.',
  },
  'rule/complex-policy': {
    severity: 'warning',
    summary: 'A policy reads several types of resources, and the rule does not say so.',
  },
  'rule/duplicate-label': { severity: 'error', summary: 'Two queries of a rule have one name.' },
  'rule/unused-query': { severity: 'warning', summary: 'A query is used by no condition.' },
  'rule/window-not-allowed': {
    severity: 'error',
    summary: 'A window has a length that Datadog does not know.',
  },
  'rule/window-order': { severity: 'error', summary: 'A window is longer than the one that must hold it.' },
  'rule/keep-alive-over-6h': {
    severity: 'warning',
    summary: 'keepAlive is longer than Datadog has been seen to accept.',
  },
  'rule/attribute-without-at': { severity: 'warning', summary: 'A dotted name without @ is read as a tag.' },
  'rule/constant-cardinality': { severity: 'warning', summary: 'A cardinality is always 1.' },
  'rule/group-by-differs': {
    severity: 'warning',
    summary: 'Queries of one condition are grouped differently.',
  },
  'suppression/hides-everything': { severity: 'error', summary: 'A suppression matches everything.' },
  'suppression/expires-before-start': { severity: 'error', summary: 'A suppression ends before it starts.' },
  'suppression/blank-reason': { severity: 'error', summary: 'A suppression gives no reason.' },
  'suppression/blank-rule-query': {
    severity: 'error',
    summary: 'A suppression selects its rules by a blank query.',
  },
  'notification/blank-query': { severity: 'error', summary: 'A notification rule selects by a blank query.' },
  'notification/wrong-source': {
    severity: 'error',
    summary: 'A notification rule asks for what its source does not have.',
  },
  'notification/aggregation-not-seconds': {
    severity: 'error',
    summary: 'A time aggregation is not a whole number of seconds.',
  },
  'view/empty-time': { severity: 'error', summary: 'A time range holds no time.' },
  'view/suspicious-name': { severity: 'warning', summary: 'A column or facet is probably misspelt.' },
  'view/sort-not-shown': {
    severity: 'warning',
    summary: 'A view is sorted by a column that it does not show.',
  },
  'notification/workflow-as-text': { severity: 'error', summary: 'A target names a workflow as text.' },
  'config/newer-format': {
    severity: 'error',
    summary: 'The content is written in a format that this program does not know yet.',
  },
  'config/missing-site': { severity: 'error', summary: 'A Datadog environment has no site.' },
  'config/site-without-datadog': {
    severity: 'error',
    summary: 'An embedded environment has a Datadog site.',
  },
  'config/not-a-network': {
    severity: 'error',
    summary: 'An entry of neverBlock is no address or CIDR block.',
  },
  'config/unknown-lint': { severity: 'error', summary: 'A severity is set for a code that does not exist.' },
  'config/fixed-severity': {
    severity: 'error',
    summary: 'A severity is set for an error, which stays one.',
  },
  'ignore/bad-form': { severity: 'error', summary: 'An ignore comment cannot be read.' },
  'ignore/no-reason': { severity: 'error', summary: 'An ignore comment gives no reason.' },
  'ignore/unknown-code': {
    severity: 'error',
    summary: 'An ignore comment names a code that does not exist.',
  },
  'ignore/not-ignorable': { severity: 'error', summary: 'An ignore comment names an error.' },
  'ignore/too-many': { severity: 'error', summary: 'A file has too many ignore comments.' },
  'ignore/expired': { severity: 'warning', summary: 'An ignore comment has expired.' },
  'ignore/unused': { severity: 'warning', summary: 'An ignore comment matches nothing.' },
  'env/unknown-variable': {
    severity: 'error',
    summary: 'A text uses a variable that no environment defines.',
  },
  'env/missing-variable': {
    severity: 'error',
    summary: 'A text uses a variable that an environment does not define.',
  },
  'env/bad-variable': { severity: 'error', summary: 'A variable is not written as one.' },
  'env/variable-in-identity': { severity: 'error', summary: 'The kind or id of an object holds a variable.' },
  'env/text-too-long': { severity: 'error', summary: 'With its variables a file becomes too long.' },
  'env/unknown-address': {
    severity: 'error',
    summary: 'An environment names an object that does not exist.',
  },
  'env/accepted-too-long': {
    severity: 'warning',
    summary: 'Drift was accepted until a day that is over.',
  },
  'env/override-of-identity': {
    severity: 'error',
    summary: 'An environment overrides the kind or id of an object.',
  },
  'workflow/duplicate-step': { severity: 'error', summary: 'Two steps have one id.' },
  'workflow/unknown-step': {
    severity: 'error',
    summary: 'An edge or expression names a step that does not exist.',
  },
  'workflow/unknown-branch': {
    severity: 'error',
    summary: 'An edge names a branch that its step does not have.',
  },
  'workflow/if-without-branch': {
    severity: 'error',
    summary: 'An edge from an if does not say which branch.',
  },
  'workflow/missing-join': {
    severity: 'error',
    summary: 'Several edges arrive at a step, and it does not say how they join.',
  },
  'workflow/impossible-join': {
    severity: 'error',
    summary: 'A step waits for two branches of which only one is taken.',
  },
  'workflow/circle': { severity: 'error', summary: 'Steps run in a circle.' },
  'workflow/unreachable-step': { severity: 'error', summary: 'A step can never run.' },
  'workflow/unknown-action': { severity: 'error', summary: 'A step names an action that does not exist.' },
  'workflow/wrong-input': {
    severity: 'error',
    summary: 'An input of an action is unknown, missing or wrong.',
  },
  'workflow/wrong-default': { severity: 'error', summary: 'A default has another type than its input.' },
  'workflow/wrong-condition': { severity: 'error', summary: 'A condition has a side too many or too few.' },
  'workflow/unknown-input': {
    severity: 'error',
    summary: 'An expression reads an input that is not declared.',
  },
  'workflow/unknown-name': { severity: 'error', summary: 'An expression reads a name that no run has.' },
  'workflow/unknown-output': {
    severity: 'error',
    summary: 'An expression reads an output that the action does not give.',
  },
  'workflow/step-not-before': {
    severity: 'error',
    summary: 'An expression reads a step that does not come before.',
  },
  'workflow/output-maybe-missing': {
    severity: 'warning',
    summary: 'A step reads the output of one that may not have run, or may have failed.',
  },
  'workflow/source-not-always': {
    severity: 'warning',
    summary: 'A step reads what only some of the triggers give.',
  },
  'workflow/no-trigger': { severity: 'error', summary: 'Nothing starts a workflow.' },
  'workflow/trigger-not-alone': {
    severity: 'error',
    summary: 'The trigger `workflow` stands beside others.',
  },
  'workflow/no-steps': { severity: 'warning', summary: 'A workflow has no steps.' },
  'workflow/stray-error-edge': {
    severity: 'error',
    summary: 'An edge comes from the error of a step whose `onError` does not lead there.',
  },
  'workflow/dead-branch': {
    severity: 'warning',
    summary: 'A condition is the same in every run.',
  },
  'workflow/unused-input': { severity: 'warning', summary: 'Nothing reads an input.' },
  'workflow/never-repeated': {
    severity: 'warning',
    summary: 'A step repeats an action that must not be repeated.',
  },
  'workflow/one-sided-action': {
    severity: 'warning',
    summary: 'An action does not exist where the content goes to.',
  },
  'workflow/unknown-connection': {
    severity: 'error',
    summary: 'A step names a connection that the workflow does not have.',
  },
  'workflow/webhook-without-secret': {
    severity: 'warning',
    summary: 'Nothing signs the calls of a webhook.',
  },
  'workflow/rate-limit-too-high': {
    severity: 'warning',
    summary: 'A rate limit is higher than what the service starts.',
  },
  'workflow/bad-layout': { severity: 'warning', summary: 'A layout file holds what no layout has.' },
  'workflow/orphan-layout': {
    severity: 'warning',
    summary: 'A layout file is of a workflow that is not there.',
  },
  'workflow/script-too-long': { severity: 'error', summary: 'A script is longer than the service takes.' },
  'workflow/too-many-turns': { severity: 'error', summary: 'A loop takes more turns than the service does.' },
  'test/duplicate-name': { severity: 'warning', summary: 'Two tests of an object have one name.' },
  'test/not-played': { severity: 'warning', summary: 'A test plays events that nothing here evaluates.' },
  'test/suspicious-key': { severity: 'warning', summary: 'A key of a test is probably misspelt.' },
  'test/too-many-events': { severity: 'error', summary: 'The tests of a file play too many events.' },
  'test/unknown-case': { severity: 'error', summary: 'A test expects a case that does not exist.' },
  'test/impossible-severity': {
    severity: 'error',
    summary: 'A test expects a severity that the case never has.',
  },
  'test/unknown-group': { severity: 'error', summary: 'A test expects a group that the rule does not have.' },
  'test/unknown-query': { severity: 'error', summary: 'A test expects a query that does not exist.' },
  'test/unknown-target': {
    severity: 'error',
    summary: 'A test expects a target that the rule does not have.',
  },
  'test/unknown-step': { severity: 'error', summary: 'A test names a step or branch that does not exist.' },
  'lint/no-tests': { severity: 'warning', summary: 'The object has no tests.' },
  'lint/no-near-miss': { severity: 'warning', summary: 'No test of the rule says what must not fire.' },
  'lint/duplicate-condition': { severity: 'warning', summary: 'Two cases have one condition.' },
  'lint/shadowed-case': { severity: 'warning', summary: 'A case can never be the first true one.' },
  'lint/assignee-exists': {
    severity: 'warning',
    summary: 'A query asks whether there is an assignee, and there always is.',
  },
  'lint/impossible-query': { severity: 'warning', summary: 'No event, signal or rule can match the query.' },
  'lint/always-true-query': { severity: 'warning', summary: 'Everything matches the query.' },
  'lint/redundant-clause': { severity: 'warning', summary: 'A clause of a query changes nothing.' },
  'lint/only-negations': {
    severity: 'warning',
    summary: 'A rule query only says which events do not count.',
  },
  'lint/unreachable-case': { severity: 'warning', summary: 'A case can never decide.' },
  'lint/severity-order': { severity: 'warning', summary: 'A milder case is tried before a more severe one.' },
  'lint/redundant-comparison': {
    severity: 'warning',
    summary: 'A comparison of a condition changes nothing.',
  },
  'lint/always-true-condition': {
    severity: 'warning',
    summary: 'A condition is true without a single event.',
  },
  'lint/group-by-excluded': {
    severity: 'warning',
    summary: 'A query excludes the field by which it is grouped.',
  },
  'lint/permanent-block': { severity: 'warning', summary: 'A rule blocks for ever.' },
  'lint/block-without-target': {
    severity: 'warning',
    summary: 'A rule blocks, and its signals name nobody to block.',
  },
  'lint/no-firing-test': { severity: 'warning', summary: 'No test of the rule says what must fire.' },
  'lint/no-message': { severity: 'info', summary: 'The rule has no message.' },
  'lint/no-attack-tag': { severity: 'info', summary: 'No tag places the rule in ATT&CK.' },
  'lint/bad-attack-tag': { severity: 'warning', summary: 'A tag names no tactic or technique of ATT&CK.' },
  'lint/shadow-tells': {
    severity: 'warning',
    summary: 'A notification rule may tell of a rule that is a shadow.',
  },
  'lint/silent-case': { severity: 'info', summary: 'A high or critical case tells nobody.' },
  'lint/unknown-template-field': {
    severity: 'warning',
    summary: 'A message names a field that no signal of the rule has.',
  },
  'lint/duplicate-rule': { severity: 'warning', summary: 'Two rules do the same.' },
  'lint/no-owner': { severity: 'info', summary: 'No team answers for the object.' },
  'lint/same-name': { severity: 'warning', summary: 'Two objects of a kind have one name.' },
  'lint/secret-in-clear': { severity: 'warning', summary: 'A key, token or password stands in the file.' },
  'lint/suppression-never-expires': { severity: 'info', summary: 'A suppression has no end.' },
  'lint/suppression-too-long': {
    severity: 'warning',
    summary: 'A suppression is in force for more than a year.',
  },
  'lint/suppression-hides-rule': {
    severity: 'warning',
    summary: 'A suppression hides all that a rule can find.',
  },
  'lint/suppression-hides-nothing': { severity: 'warning', summary: 'A suppression can hide nothing.' },
  'lint/disabled-reference': {
    severity: 'info',
    summary: 'A suppression names only rules that are switched off.',
  },
  'lint/notification-matches-nothing': {
    severity: 'warning',
    summary: 'The selectors of a notification rule exclude each other.',
  },
  'lint/told-twice': {
    severity: 'warning',
    summary: 'Two notification rules tell one target of the same signals.',
  },
  'lint/unconditional-block': {
    severity: 'warning',
    summary: 'A workflow blocks whatever signal starts it.',
  },
  'lint/no-rate-limit': { severity: 'warning', summary: 'A workflow that reaches out has no limit.' },
} as const satisfies Record<string, { readonly severity: DiagnosticSeverity; readonly summary: string }>;

export type DiagnosticCode = keyof typeof CODES;

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: DiagnosticSeverity;
  /** What is wrong, quoting the value found. One sentence. */
  readonly message: string;
  readonly range: SourceRange;
  /** What to do. */
  readonly hint?: string;
  readonly related?: readonly { readonly message: string; readonly range: SourceRange }[];
  /** Given where there is exactly one thing that the author can have meant. */
  readonly fix?: DiagnosticFix;
}

/** What mends a finding for certain. */
export interface DiagnosticFix {
  /** What it does, as an order: `Quote the text`. */
  readonly title: string;
  /** Of the file of the finding; none overlaps another. */
  readonly edits: readonly TextEdit[];
}

export interface TextEdit {
  readonly range: SourceRange;
  readonly text: string;
}

/**
 * Advice may be turned off, raised, lowered and ignored by the project. Everything else says that the content cannot be
 * understood or would not do what it says: there is nothing to agree on.
 */
export function isAdvice(code: DiagnosticCode): boolean {
  return CODES[code].severity !== 'error' || code.startsWith('lint/');
}

export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(CODES, text);
}
