import { ALL_PROFILES } from '../simulation/generated/market-profile.ts';
import { PLANT_KINDS, type PlantKind } from '../simulation/generated/plant.ts';

/** The kinds of stock that can be generated, for the command line. */
export const PROFILE_NAMES: readonly string[] = ALL_PROFILES.map(({ name }) => name);

/** What can be planted. */
export type PlantName = PlantKind;
export const PLANT_NAMES: readonly PlantName[] = PLANT_KINDS;
