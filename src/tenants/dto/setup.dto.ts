import { ApiProperty } from '@nestjs/swagger';
import { IDP_NAMES, type IdpName } from '../../domain/idp-profile.js';
import type { SetupGuide } from '../setup/setup-guide.js';

export class SetupFieldItem {
  @ApiProperty({ examples: ['Tenant URL'], description: 'As the identity provider calls it.' })
  name!: string;

  @ApiProperty({ examples: ['https://scim.example.com/scim/v2'] })
  value!: string;
}

export class SetupStepItem {
  @ApiProperty({ examples: ['Enter the connection'] })
  title!: string;

  @ApiProperty({ description: 'What to do, in sentences.' })
  text!: string;

  @ApiProperty({ type: [SetupFieldItem], description: 'What to enter, if anything.' })
  fields!: readonly SetupFieldItem[];
}

export class MappingItem {
  @ApiProperty({ examples: ['emails[type eq "work"].value'], description: 'The attribute in SCIM.' })
  scim!: string;

  @ApiProperty({ examples: ['mail'], description: 'The attribute or expression of the identity provider.' })
  idp!: string;

  @ApiProperty({ description: 'Empty when there is nothing to say.' })
  note!: string;
}

export class SetupAnswer implements SetupGuide {
  @ApiProperty({ enum: IDP_NAMES })
  idp!: IdpName;

  @ApiProperty({ examples: ['Microsoft Entra ID'] })
  title!: string;

  @ApiProperty({ description: 'What this profile is for.' })
  summary!: string;

  @ApiProperty({ type: [SetupStepItem], description: 'In their order, with the values of this connection.' })
  steps!: readonly SetupStepItem[];

  @ApiProperty({ type: [MappingItem] })
  users!: readonly MappingItem[];

  @ApiProperty({ type: [MappingItem] })
  groups!: readonly MappingItem[];

  @ApiProperty({ type: [String], description: 'What surprises people.' })
  notes!: readonly string[];

  @ApiProperty({ type: [String], description: 'Where the identity provider itself tells of it.' })
  sources!: readonly string[];
}
