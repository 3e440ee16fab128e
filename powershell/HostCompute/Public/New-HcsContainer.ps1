function New-HcsContainer {
    <#
    .SYNOPSIS
    Creates a container; its program runs after Start-HcsContainer.
    .PARAMETER Command
    The program and its arguments, with commas between them: cmd, /c, ver.
    .PARAMETER ExtraArgument
    Takes what follows the program without commas: cmd /c ver. Words that begin with - are put in quotes then: sh '-c' 'echo hi'.
    .PARAMETER Id
    Id of the container; made up when absent.
    .PARAMETER Spec
    An OCI runtime spec: an object or hashtable, its JSON, or a file.
    .PARAMETER Strict
    Refuse a spec with members that are not known, which are ignored with a warning otherwise.
    .PARAMETER Bundle
    An OCI bundle: a folder with config.json.
    .PARAMETER Layer
    A Windows layer folder whose layerchain.json names its parents.
    .PARAMETER Isolation
    process or hyperv.
    .PARAMETER Environment
    Environment variables: a table, or texts such as PORT=8080.
    .PARAMETER EnvironmentFile
    A file of K=V lines.
    .PARAMETER WorkingDirectory
    Working directory in the container.
    .PARAMETER User
    User in the container.
    .PARAMETER HostName
    Host name in the container.
    .PARAMETER Mount
    type=bind,source=DIR,target=DIR[,readonly] or SRC:DST[:ro].
    .PARAMETER Cpus
    Processors it may use.
    .PARAMETER Memory
    Bytes, as 512MB, or a text such as 512m.
    .PARAMETER Network
    Name or id of a network, endpoint ids, container:ID, or none.
    .PARAMETER Label
    Labels: a table, or texts such as team=build.
    .PARAMETER RuntimeOptions
    JSON file with the lcow paths that a Linux container needs.
    .PARAMETER Owner
    Owner that HCS records.
    .PARAMETER DryRun
    Return the documents that HCS would get, as Get-HcsPlan does, and create nothing.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    New-HcsContainer -Id web -Command cmd, /c, 'ping -n 60 127.0.0.1' | Start-HcsContainer

    Creates a container and starts its program, which runs on in the background. Start-HcsContainer returns it with -PassThru.
    .EXAMPLE
    New-HcsContainer -Spec (Get-Content config.json -Raw) -Label team=build, tier=web

    From an OCI runtime spec. A hashtable or object does as well, and needs no ConvertTo-Json.
    .EXAMPLE
    New-HcsContainer -Id build -Memory 512MB -Cpus 2 -Mount 'C:\src:C:\src:ro' -Command cmd, /c, build.cmd

    With limits and a folder of the host that can only be read.
    .EXAMPLE
    Import-Csv jobs.csv | New-HcsContainer -Command cmd, /c, job.cmd | Start-HcsContainer

    One for each line of a table; its columns are parameters: Id (or Name), Memory, Cpus, HostName, Network, Layer, User, WorkingDirectory.
    .EXAMPLE
    (New-HcsContainer -Memory 512MB -Command cmd, /c, ver -DryRun).Container.Document | ConvertFrom-Json

    The document that HCS would get; nothing is created.
    .OUTPUTS
    HostCompute.Container, or HostCompute.Plan with -DryRun
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    [OutputType('HostCompute.Container')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)]
        [AllowEmptyString()]
        [string[]] $Command,
        [Parameter(ValueFromRemainingArguments = $true)]
        [AllowNull()] [AllowEmptyString()] [AllowEmptyCollection()]
        [object[]] $ExtraArgument,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string] $Id,
        # An OCI runtime spec: an object, its JSON, or a file.
        [object] $Spec,
        [switch] $Strict,
        [string] $Bundle,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [string] $Layer,
        [ValidateSet('process', 'hyperv')]
        [string] $Isolation,
        [ValidateScript({ Test-HcsPair -Value $_ })] [object[]] $Environment,
        [string] $EnvironmentFile,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [string] $WorkingDirectory,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [string] $User,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [string] $HostName,
        [string[]] $Mount,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [double] $Cpus,
        # Bytes (512MB), or a text such as 512m.
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [object] $Memory,
        [Parameter(ValueFromPipelineByPropertyName = $true)]
        [string] $Network,
        [ValidateScript({ Test-HcsPair -Value $_ })] [object[]] $Label,
        [string] $RuntimeOptions,
        [string] $Owner,

        [switch] $DryRun,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $name = if ($Id) { $Id } else { 'a new container' }
        if (-not $DryRun -and -not (Confirm-HcsAction -Caller $PSCmdlet -Target $name -Action 'create')) { return }
        try {
            $line = Get-HcsCreateOption -Bound $PSBoundParameters -Caller $PSCmdlet
            $verb = @('create')
            if ($DryRun) { $verb += '--dry-run' }
            $made = Invoke-Hcs -Argument ($verb + $line.Options + $line.Words) -InputText $line.InputText -Target $Id -Timeout $Timeout -Caller $PSCmdlet
            if ($null -eq $made) { return }
            if ($DryRun) { return (ConvertTo-HcsObject -Value $made -TypeName 'Plan') }
            foreach ($warning in $made.warnings) { Write-Warning -Message $warning }
            Get-HcsMade -Made $made -Timeout $Timeout -Caller $PSCmdlet
        } catch [System.Management.Automation.PipelineStoppedException] {
            throw
        } catch {
            Write-HcsError -Caller $PSCmdlet -Record $_
        }
    }
}
