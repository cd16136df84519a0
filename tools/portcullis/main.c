/* SPDX-License-Identifier: BSD-3-Clause */
/* The command: the supervisor (run), the check of a configuration, the operator's questions. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "operator.h"
#include "sa_command.h"
#include "subscriber_command.h"
#include "supervisor.h"

static const char usage[] =
	"usage: portcullis run     [--config FILE]            the gateway, in the foreground\n"
	"       portcullis check   [--config FILE]            is the configuration right?\n"
	"       portcullis status  [--config FILE] [--json]   is the gateway up?\n"
	"       portcullis show counters|sa|ue IMPI [--json]  what it counts, protects, knows\n"
	"       portcullis reauth  IMPI [--json]              its next REGISTER is authenticated\n"
	"       portcullis deregister IMPI|IMPU [--json]      its registrations end\n"
	"       portcullis trace   [IMPI] [--json]            each registration hop as it happens\n"
	"       portcullis subscriber import FILE [--replace] make or replace subscribers\n"
	"       portcullis subscriber export [FILE] [--with-keys]\n"
	"       portcullis subscriber show IMPI|IMPU [--json] what is provisioned, no keys\n"
	"       portcullis sa add [FILE] [--json]             give the gateway one SA, a JSON "
	"object\n"
	"       portcullis sa import FILE [--json]            many: {\"sas\": [object, ...]}\n"
	"       portcullis sa list|delete [--label LABEL] [--spi N] [--direction "
	"inbound|outbound]\n"
	"                                 [--address ADDRESS] [--json]\n"
	"       portcullis --help | --version\n"
	"\n"
	"  --config FILE   the settings (default " COMMAND_LINE_CONFIG ")\n"
	"  --socket PATH   the operator's socket, instead of the one that the settings name\n"
	"  --replace       who is not in the file goes\n"
	"  --with-keys     K and OPc, so that it can be imported; FILE gets mode 0600\n"
	"  --json          JSON instead of text\n";

static int check(const struct command_line *line)
{
	static struct config config;
	char error[CONFIG_ERROR_MAX];

	if (config_load(line->config, &config, error) != 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	printf("%s: ok\n", line->config);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct command_line line;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return EXIT_SUCCESS;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("portcullis " PORTCULLIS_VERSION);
		return EXIT_SUCCESS;
	}
	if (command_line_parse(argc, argv, &line) != 0) {
		fputs(usage, stderr);
		return EXIT_FAILURE;
	}
	if (strcmp(line.command, "run") == 0 && line.word_count == 0)
		return supervisor_run(line.config);
	if (strcmp(line.command, "check") == 0 && line.word_count == 0)
		return check(&line);
	if (subscriber_command_knows(&line))
		return subscriber_command_run(&line);
	if (sa_command_knows(&line))
		return sa_command_run(&line);
	if (operator_knows(&line))
		return operator_ask(&line);
	fprintf(stderr, "portcullis: what is '%s'?\n%s", line.command, usage);
	return EXIT_FAILURE;
}
