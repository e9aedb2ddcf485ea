import type { Span, Token } from './tokens.js';

/** A line of a session or a script. */
export type Line =
  | { kind: 'empty' }
  | { kind: 'note'; text: string }
  | { kind: 'cell'; target: Target | null; pipeline: Pipeline };

export interface Target {
  name: string;
  span: Span;
}

export interface Pipeline {
  stages: Stage[];
  span: Span;
}

export type Stage = CommandStage | AlgebraStage;

export interface CommandStage {
  kind: 'command';
  command: string;
  nameSpan: Span;
  /** Everything but the raw argument. */
  words: Token[];
  /** The raw argument, if the command has one and it was given. */
  raw: Token | null;
  /** A last `?`: help is wanted. */
  help: boolean;
  span: Span;
}

export interface AlgebraStage {
  kind: 'algebra';
  expression: SetExpression;
  span: Span;
}

export type SetExpression =
  | { kind: 'handle'; name: string; span: Span }
  | { kind: 'pipeline'; pipeline: Pipeline; span: Span }
  | {
      kind: 'operation';
      operator: '&' | '+' | '-';
      operatorSpan: Span;
      left: SetExpression;
      right: SetExpression;
      span: Span;
    };
