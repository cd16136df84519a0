/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings as C values. One file, one load: either everything is right, or one line says
 * what is wrong, where (file:line:column, JSON pointer) and what is allowed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "icv_engine.h"
#include "log.h"
#include "net_address.h"
#include "sa.h"
#include "sa_record.h"

#define CONFIG_INTERFACE_MAX    16  /* IFNAMSIZ, with its NUL */
#define CONFIG_NAME_MAX         256 /* host names, SIP URIs, with the NUL */
#define CONFIG_PATH_MAX         512 /* with the NUL */
#define CONFIG_SOCKET_MAX       108 /* sun_path, with the NUL */
#define CONFIG_USER_MAX         33  /* useradd(8): 32 characters, and the NUL */
#define CONFIG_WORKERS_MAX      16
#define CONFIG_ADDRESSES_MAX    4
#define CONFIG_ROUTES_MAX       16
#define CONFIG_CLIENT_PORTS_MAX 64
#define CONFIG_FURTHER_MAX      7
#define CONFIG_SCSCFS_MAX       8
#define CONFIG_ALGORITHMS_MAX   2
#define CONFIG_PROTECTED_MAX    16
#define CONFIG_HOSTS_MAX        8 /* addresses of one of them */
#define CONFIG_HOST_PORTS_MAX   64
#define CONFIG_PASSES_MAX       4
#define CONFIG_SAS_MAX          256
#define CONFIG_TRANSPORTS       2
#define CONFIG_MTU_MAX          9216 /* jumbo frames, as most NICs have them */
#define CONFIG_MACS_MAX         16

enum config_port_kind {
	CONFIG_PORT_AF_PACKET, /* "interface": a kernel interface, for instance one end of a veth */
	CONFIG_PORT_TAP, /* "interface": a TAP that the gateway makes; the kernel end is ours */
	CONFIG_PORT_PCI, /* "address": a NIC bound to a DPDK driver, "0000:03:00.0" */
};

enum config_hugepages {
	CONFIG_HUGEPAGES_AUTO, /* where the machine has them */
	CONFIG_HUGEPAGES_NEVER,
	CONFIG_HUGEPAGES_ALWAYS,
};

/* "203.0.113.9/24" */
struct config_prefix {
	struct net_address address;
	uint8_t length;
};

/* Of one interface, never of a group. */
struct config_mac {
	uint8_t bytes[6];
};

struct config_port {
	enum config_port_kind kind;
	char interface[CONFIG_INTERFACE_MAX]; /* af_packet, tap */
	char pci[CONFIG_INTERFACE_MAX];       /* pci */
	uint16_t mtu;                         /* 0: the interface's own (af_packet), or 1500 */
	/* pci only: hosts behind the other port, whose frames are taken; none: promiscuous */
	struct config_mac macs[CONFIG_MACS_MAX];
	size_t mac_count;
	/* tap only: addresses of the kernel end, networks that are reached over it on-link */
	struct config_prefix addresses[CONFIG_ADDRESSES_MAX];
	size_t address_count;
	struct config_prefix routes[CONFIG_ROUTES_MAX];
	size_t route_count;
};

/* What may reach a protected host without ESP, beside plain SIP. */
enum config_pass { CONFIG_PASS_ICMP, CONFIG_PASS_UDP, CONFIG_PASS_TCP, CONFIG_PASS_OTHER };

/* A P-CSCF elsewhere, behind the inside port, with all of its addresses that are treated alike. */
struct config_protected {
	struct net_address addresses[CONFIG_HOSTS_MAX];
	size_t address_count;
	uint16_t protected_ports[CONFIG_HOST_PORTS_MAX];
	size_t protected_count;
	uint16_t unprotected_ports[CONFIG_HOST_PORTS_MAX];
	size_t unprotected_count;
	enum config_pass passes[CONFIG_PASSES_MAX];
	size_t pass_count;
};

struct config_dataplane {
	unsigned worker_cpus[CONFIG_WORKERS_MAX];
	size_t worker_count;
	unsigned main_cpu;
	enum config_hugepages hugepages;
	unsigned memory_mb; /* of DPDK: packet buffers */
	struct config_port outside, inside;
	enum icv_engine integrity_engine;
	uint32_t sa_capacity;    /* SAs per worker, both directions together */
	uint16_t replay_window;  /* packets */
	uint32_t plain_sip_rate; /* unprotected SIP packets a second and worker; 0: unlimited */
	struct config_protected hosts[CONFIG_PROTECTED_MAX]; /* beside the P-CSCF's own address */
	size_t host_count;
};

/* Four SAs (spi-c, spi-s), or the draft's one pair (RFC 3329 Appendix A). */
enum config_sa_form { CONFIG_SA_FORM_BOTH, CONFIG_SA_FORM_FOUR, CONFIG_SA_FORM_PAIR };

/* TS 33.203 §7, TS 24.229 §5.2: the P-CSCF's side of Gm. */
struct config_pcscf {
	struct net_address address;
	struct net_address further[CONFIG_FURTHER_MAX]; /* other addresses of the same host */
	size_t further_count;
	uint16_t unprotected_port;                      /* 5060 */
	uint16_t server_port;                           /* port_ps */
	uint16_t client_ports[CONFIG_CLIENT_PORTS_MAX]; /* port_pc: at least two */
	size_t client_port_count;
	char host_name[CONFIG_NAME_MAX];                     /* in Via, Path */
	char visited_network[CONFIG_NAME_MAX];               /* P-Visited-Network-ID */
	enum sa_algorithm algorithms[CONFIG_ALGORITHMS_MAX]; /* the order of preference */
	size_t algorithm_count;
	enum config_sa_form sa_form; /* of offers that are accepted */
	uint32_t reg_await_auth_ms;  /* life of a temporary set: TS 24.229, 4 minutes */
	uint32_t old_set_ms;         /* of a set whose successor is in use: 64 * T1, 128 s */
	uint32_t t1_ms;              /* of SIP toward UEs: TS 24.229 §7.7, 2 s */
	uint32_t half_open_max, half_open_per_source; /* registrations that began in the clear */
};

struct config_icscf {
	char host_name[CONFIG_NAME_MAX];
	char scscfs[CONFIG_SCSCFS_MAX][CONFIG_NAME_MAX]; /* SIP URIs that it may assign */
	size_t scscf_count;
};

/* What happens to a registration whose UE ignores a request to authenticate (6.1.4), … */
enum config_ignored { CONFIG_IGNORED_DEREGISTER, CONFIG_IGNORED_ASK_AGAIN };
/* … or has failed too many authentications (6.1.1). */
enum config_failures { CONFIG_FAILURES_NONE, CONFIG_FAILURES_DEREGISTER };

struct config_scscf {
	char name[CONFIG_NAME_MAX];   /* SIP URI, one of the I-CSCF's */
	char realm[CONFIG_NAME_MAX];  /* home network domain, the digest realm */
	unsigned vectors_per_request; /* m of Cx-AV-Req, 1 … 32 */
	uint32_t registration_max_s, registration_min_s;
	uint32_t reg_await_auth_ms;

	unsigned reauthenticate_every;    /* protected re-registrations; 0: none, 1: each */
	unsigned authenticates_each;      /* further public identity: 0 or 1 */
	uint32_t reauthenticate_within_s; /* of the network's request */
	enum config_ignored ignored;
	unsigned failures_max; /* 0: no limit */
	enum config_failures failures;
};

enum config_transport { CONFIG_TRANSPORT_UDP, CONFIG_TRANSPORT_TCP };

struct config_key {
	uint8_t bytes[SA_KEY_MAX];
	uint8_t len;
};

/* config_sa.h. */
struct config_sa {
	char label[SA_LABEL_MAX]; /* "": none */
	enum sa_direction direction;
	enum sa_algorithm algorithm;
	uint32_t spi; /* 0, inbound only: the gateway chooses */
	struct config_key key;
	struct net_address local, remote;
	uint16_t local_port, remote_port; /* or SA_PORT_ANY */
	enum config_transport transports[CONFIG_TRANSPORTS];
	size_t transport_count;
	uint16_t replay_window; /* 0: dataplane.replay_window; outbound: 0 */
};

struct config {
	enum log_level log_level;
	char run_directory[CONFIG_PATH_MAX];   /* API socket, EAL's files */
	char state_directory[CONFIG_PATH_MAX]; /* the store */
	char api_socket[CONFIG_SOCKET_MAX];
	char user[CONFIG_USER_MAX];        /* whom the control plane becomes */
	char subscribers[CONFIG_PATH_MAX]; /* relative names count from the file's own folder */
	struct config_dataplane dataplane;
	struct config_pcscf pcscf;
	struct config_icscf icscf;
	struct config_scscf scscf;
	struct config_sa sas[CONFIG_SAS_MAX]; /* installed at start */
	size_t sa_count;
};

/* A file's name, a position, a pointer, and a sentence. */
#define CONFIG_ERROR_MAX 2048

/* 0, or -EINVAL (-errno where the file can not be read) and one line in error, without its end:
 * "FILE:3:14: /pcscf/server_port: 5060 is the unprotected port; allowed: …". Where the file can
 * not be read: "FILE: what is wrong; allowed: …". out is then unchanged.
 * What is absent has the default that schema.json names. */
int config_load(const char *path, struct config *out, char error[CONFIG_ERROR_MAX])
	__attribute__((warn_unused_result));

/* The same from memory; name stands for the file in messages, directory for its folder, from which
 * relative names count. */
int config_parse(const char *text, size_t len, const char *name, const char *directory,
	struct config *out, char error[CONFIG_ERROR_MAX]) __attribute__((warn_unused_result));

/* False: the gateway serves P-CSCFs elsewhere only. It has no SIP, and no registrations. */
static inline bool config_has_pcscf(const struct config *config)
{
	return config->pcscf.address.family != NET_NONE;
}

/* Who has no use for the keys of sas, or none any more. */
void config_wipe_keys(struct config *config);
