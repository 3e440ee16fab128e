function Get-HcsPlan {
    <#
    .SYNOPSIS
    The exact documents that HCS would be given for a spec; touches nothing.
    .PARAMETER Spec
    An OCI runtime spec: an object or hashtable, its JSON, or a file.
    .PARAMETER Strict
    Refuse a spec with members that are not known, which are ignored with a warning otherwise.
    .PARAMETER TargetHost
    JSON file of the target host; default: this machine.
    .PARAMETER Id
    Id of the container.
    .PARAMETER Owner
    Owner; default docker.
    .PARAMETER RuntimeOptions
    JSON file with the lcow paths that a Linux container needs.
    .PARAMETER ExecProcess
    OCI process as a JSON file: plans an exec, too.
    .EXAMPLE
    (Get-HcsPlan config.json).Container.Document | ConvertFrom-Json

    The document that HCS would get to create the container; nothing is created.
    .EXAMPLE
    (Get-HcsPlan config.json -TargetHost host.json -Id web).Warnings

    For another host; what would be ignored, or is likely to be wrong.
    .EXAMPLE
    $spec | Get-HcsPlan | Select-Object -ExpandProperty Process

    A spec may be an object or a hashtable, too; this is the document of its process. Of a container without a spec: New-HcsContainer -DryRun.
    .OUTPUTS
    HostCompute.Plan
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Plan')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [object] $Spec,
        [switch] $Strict,
        [string] $TargetHost,
        [string] $Id,
        [string] $Owner,
        [string] $RuntimeOptions,
        [string] $ExecProcess
    )
    process {
        $from = Get-HcsCreateOption -Bound @{ Spec = $Spec; Strict = $Strict } -Caller $PSCmdlet
        $line = @('plan') + $from.Options
        if ($TargetHost) { $line += '--host', $TargetHost }
        if ($Id) { $line += '--id', $Id }
        if ($Owner) { $line += '--owner', $Owner }
        if ($RuntimeOptions) { $line += '--runtime-options', $RuntimeOptions }
        if ($ExecProcess) { $line += '--exec', $ExecProcess }
        $plan = Invoke-Hcs -Argument $line -InputText $from.InputText -Target $Spec -Caller $PSCmdlet
        if ($null -ne $plan) { ConvertTo-HcsObject -Value $plan -TypeName 'Plan' }
    }
}
