// Package deploy checks the files of host/deploy with their linters, and starts what
// they start: as another user than root, with the files that systemd, Docker and
// Kubernetes would mount. It needs root. make test-deploy installs the linters.
package deploy
