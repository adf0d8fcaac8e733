import { ValidateIf } from 'class-validator';

/** Unlike IsOptional it lets no null pass. */
export const IfPresent = () => ValidateIf((_, value) => value !== undefined);

/** Text of one line. */
export const PRINTABLE = /^\P{Cc}*$/u;
