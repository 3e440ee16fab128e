function Get-HcsHost {
    <#
    .SYNOPSIS
    The machine and the engine.
    .PARAMETER Timeout
    Bound of the call.
    .EXAMPLE
    Get-HcsHost

    Version and process of the engine, back end, processors, memory; starts the engine if none runs.
    .EXAMPLE
    if ((Get-HcsHost).Backend -eq 'simulator') { Write-Warning 'these are no real containers' }

    Whether this is Windows, or the simulated service.
    .OUTPUTS
    HostCompute.Host
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Host')]
    param([ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout)

    $answer = Invoke-Hcs -Argument 'info' -Timeout $Timeout -Caller $PSCmdlet
    if ($null -ne $answer) { ConvertTo-HcsObject -Value $answer -TypeName 'Host' }
}
