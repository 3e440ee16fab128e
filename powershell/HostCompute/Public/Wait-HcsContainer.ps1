function Wait-HcsContainer {
    <#
    .SYNOPSIS
    Waits for the end of a container, and returns its exit code.
    .PARAMETER Id
    Ids of containers, also from the pipeline.
    .PARAMETER For
    init: the end of the first process alone; container (default): of the whole container.
    .PARAMETER ExecId
    An exec instead of the first process.
    .PARAMETER Timeout
    How long to wait; an error of id timeout after that.
    .EXAMPLE
    (Wait-HcsContainer web).ExitCode
    .EXAMPLE
    Get-HcsContainer | Wait-HcsContainer -Timeout 0:1:0
    .OUTPUTS
    HostCompute.Exit
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Exit')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [string[]] $Id,
        [ValidateSet('init', 'container')]
        [string] $For,
        [string] $ExecId,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('wait')
        if ($For) { $line += '--for', $For }
        if ($ExecId) { $line += '--exec-id', $ExecId }
        Invoke-HcsEach -Caller $PSCmdlet -Line $line -Id $Id -Timeout $Timeout | ForEach-Object { ConvertTo-HcsObject -Value $_ -TypeName 'Exit' }
    }
}
