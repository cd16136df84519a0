/* SPDX-License-Identifier: BSD-3-Clause */
/* The help of portcullis-ue: its options, its actions. */
#include "options_help.h"

#include <stdio.h>

#include "script.h"

void options_help(void)
{
	fputs("portcullis-ue OPTION… [ACTION…]: plays one UE with its ISIM\n"
	      "  --local ADDRESS       the UE's address, in this network namespace\n"
	      "  --pcscf ADDRESS[:PORT]  an IPv6 one in brackets before a port\n"
	      "  --impi NAI  --impu URI (default sip:IMPI)  --realm DOMAIN (default: the IMPI's)\n"
	      "  --k HEX  --opc HEX | --op HEX\n"
	      "  --sqn HEX             SQN_MS: the highest sequence number already accepted\n"
	      "  --state FILE          keeps the ISIM's sequence numbers\n"
	      "  --algorithms LIST     default hmac-sha-1-96,hmac-md5-96\n"
	      "  --sa-form four|pair   default four\n"
	      "  --port-uc N --port-us N  the protected ports; default: drawn\n"
	      "  --expires SECONDS     default 600000\n"
	      "  --t1 MS (500)  --timeout MS (64 · T1)\n"
	      "  --foreign ADDRESS     source of foreign-source; default: the next after --local\n"
	      "  --spi-uc N --spi-us N the SPIs of port_uc and port_us; default: drawn\n"
	      "  --ik HEX  --security-server TEXT  a set of SAs by hand, for the action keyed\n"
	      "  --tun NAME            a TUN device to the P-CSCF, made and removed here: what the "
	      "kernel sends\n"
	      "                        between protected ports leaves in ESP, else bare; see the "
	      "action tunnel\n"
	      "  --loss PERCENT        of the packets that it sends and of those that it gets\n"
	      "  --count N             N UEs instead of a script: UE n (from 0) from --local + n,\n"
	      "                        with --impi + n, and --k + n in its last 4 octets\n"
	      "  --scenario register   each registers once (default)\n"
	      "  --scenario mixed      each goes through --steps N (5) flows that are drawn by "
	      "lot,\n"
	      "                        then leaves or vanishes; also from --local + --count + n\n"
	      "  --seed N              what is drawn by lot is the same again; default: drawn\n"
	      "  --rate N (100)        starts per second  --parallel N (256)  under way at once\n"
	      "  --progress            a line per second on standard error, if no terminal, too\n"
	      "  --json                one JSON object per line\n"
	      "Actions, in the order in which they are done (default: register):\n",
		stdout);
	script_list();
}
