import { Module } from '@nestjs/common';
import { AdoptionReviewsController } from './adoption-reviews.controller.js';
import { AdoptionReviewsService } from './adoption-reviews.service.js';
import { MemberChangesController } from './member-changes.controller.js';
import { MembersController } from './members.controller.js';
import { MembersReader } from './members.reader.js';
import { MembersService } from './members.service.js';

/** `/api/v1/members` and `/api/v1/adoption-reviews`. Expects the global modules of config, persistence and http. */
@Module({
  controllers: [MembersController, MemberChangesController, AdoptionReviewsController],
  providers: [MembersReader, MembersService, AdoptionReviewsService],
})
export class MembersModule {}
