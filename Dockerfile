# A static program and nothing else: no shell, no package, no root.
#
#   docker build -t cfn-igr .
#   docker run --rm -v "$PWD:/work:ro" cfn-igr check
#
# For --fix mount the folder without :ro and run as its owner: --user "$(id -u):$(id -g)".
# There is no git in it, so --since is for the installed program.

FROM rust:1.90-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
ARG COMMIT=unknown
RUN CFN_IGR_COMMIT="$COMMIT" cargo build --locked --release --bin cfn-igr

FROM scratch
COPY --from=build /source/target/release/cfn-igr /cfn-igr
COPY --from=build /source/LICENSE /LICENSE
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/cfn-igr"]
CMD ["check"]
