/*
 * Blocks that begin with the addresses of forged tables of virtual functions: one whose class's name doubles 30 times,
 * one whose name is longer than is read, one that is no mangled name, one that is no table, and a sound one. Says
 * "ready".
 */
#include "expect.h"

#define FORGED(variable, symbol) extern const void *const variable[4] __asm__(symbol)
#define TWICE(text)              text text
#define LONG                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
FORGED(sound, "_ZTV5Sound");
FORGED(doubling, "_ZTV1AI1PIiiES0_IS1_S1_ES0_IS2_S2_ES0_IS3_S3_ES0_IS4_S4_ES0_IS5_S5_ES0_IS6_S6_ES0_IS7_S7_ES0_IS8_S8_"
                 "ES0_IS9_S9_ES0_ISA_SA_ES0_ISB_SB_ES0_ISC_SC_ES0_ISD_SD_ES0_ISE_SE_ES0_ISF_SF_ES0_ISG_SG_ES0_ISH_SH_E"
                 "S0_ISI_SI_ES0_ISJ_SJ_ES0_ISK_SK_ES0_ISL_SL_ES0_ISM_SM_ES0_ISN_SN_ES0_ISO_SO_ES0_ISP_SP_ES0_ISQ_SQ_"
                 "ES0_ISR_SR_ES0_ISS_SS_ES0_IST_ST_ES0_ISU_SU_EE");
FORGED(large, "_ZTV2048" TWICE(TWICE(TWICE(TWICE(TWICE(LONG))))));
FORGED(other, "_ZTVnothing");
FORGED(none, "_ZTX5Other");

const void *const sound[4] = {0}, *const doubling[4] = {0}, *const large[4] = {0}, *const other[4] = {0};
const void *const none[4] = {0};

static void *volatile blocks[5][11];

int main(void) {
    const void *const *tables[] = {sound, doubling, large, other, none};
    for (int table = 0; table < 5; table++)
        for (int index = 0; index < 11; index++) {
            const void **block = calloc(1, 64);
            EXPECT(block != NULL);
            *block = (const void *)&tables[table][2];
            blocks[table][index] = block;
        }
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6 && pause() == 0);
}
