/* SPDX-License-Identifier: BSD-3-Clause */
/* Links one component alone with what it may see: a smuggled extern fails here. */
int main(void)
{
	return 0;
}
