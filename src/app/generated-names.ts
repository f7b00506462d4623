import { ALL_PROFILES } from '../simulation/generated/market-profile.ts';

/** The kinds of stock that can be generated, for the command line. */
export const PROFILE_NAMES: readonly string[] = ALL_PROFILES.map(({ name }) => name);
